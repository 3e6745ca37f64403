package cli

import "testing"

func TestByteSizes(t *testing.T) {
	for text, want := range map[string]byteSize{
		"1": 1, "4096": 4096, "64MB": 64e6, "64mb": 64e6, "64 MB": 64e6, "1.5G": 15e8, "256MiB": 256 << 20, "1GiB": 1 << 30, "1kib": 1024, "2b": 2,
		"": 0, "0": 0, "-1": 0, "-1MB": 0, "MB": 0, "1TB": 0, "1BM": 0, "NaN": 0, "Inf": 0, "1e400": 0, "2000GiB": 0, "0.1": 0, "1 2MB": 0, "0x10p1000": 0,
	} {
		var got byteSize
		if err := got.Set(text); got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
}

// FuzzByteSize: what is taken is positive and within bounds, and is written so
// that it is read as the same.
func FuzzByteSize(f *testing.F) {
	for _, text := range []string{"1", "64MB", "1.5GiB", "1e3k", "0x1p4", "1_0", "9223372036854775807"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var size, again byteSize
		if size.Set(text) != nil {
			return
		}
		if size < 1 || size > maxByteSize || again.Set(size.String()) != nil || again != size {
			t.Errorf("%q is %d, written as %q, read as %d", text, size, size.String(), again)
		}
	})
}
