package credstore

// canonicalPrefix is what Rust's fs::canonicalize puts before a path. Whether
// Codex takes it away again was not tried on Windows.
const canonicalPrefix = `\\?\`
