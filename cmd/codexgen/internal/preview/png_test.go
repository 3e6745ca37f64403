package preview

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// hugePNG is a header that promises a picture of that size.
func hugePNG(width, height uint32) []byte {
	var chunk bytes.Buffer
	chunk.WriteString("IHDR")
	_ = binary.Write(&chunk, binary.BigEndian, []uint32{width, height})
	chunk.Write([]byte{8, 6, 0, 0, 0})
	var file bytes.Buffer
	file.WriteString("\x89PNG\r\n\x1a\n")
	_ = binary.Write(&file, binary.BigEndian, uint32(chunk.Len()-4))
	file.Write(chunk.Bytes())
	_ = binary.Write(&file, binary.BigEndian, crc32.ChecksumIEEE(chunk.Bytes()))
	return file.Bytes()
}
