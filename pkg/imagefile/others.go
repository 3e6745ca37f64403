package imagefile

import (
	"encoding/binary"
)

// checkJPEG walks the markers of a JPEG (ITU T.81) from frame to end: its
// size, at least one scan, and the end marker. The pixels are not decoded.
func checkJPEG(in *input, info *Info) error {
	if err := in.skip(2); err != nil {
		return err
	}
	scans := 0
	for {
		marker, err := nextMarker(in)
		if err != nil {
			return err
		}
		switch {
		case marker == 0xd9:
			if scans == 0 {
				return invalid("it has no pixels")
			}
			if !in.atEnd() {
				info.Warnings = append(info.Warnings, "there are bytes after the end of the JPEG")
			}
			return nil
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd8:
			continue
		case marker == 0xda:
			scans++
		}
		if err := segment(in, marker, info); err != nil {
			return err
		}
	}
}

// nextMarker passes over compressed data to the next marker.
func nextMarker(in *input) (byte, error) {
	for {
		if c, err := in.ReadByte(); err != nil || c != 0xff {
			if err != nil {
				return 0, err
			}
			continue
		}
		c, err := in.ReadByte()
		for err == nil && c == 0xff {
			c, err = in.ReadByte()
		}
		if err != nil || c != 0 {
			return c, err
		}
	}
}

func segment(in *input, marker byte, info *Info) error {
	size, err := in.bytes(2)
	if err != nil {
		return err
	}
	length := int64(binary.BigEndian.Uint16(size)) - 2
	if length < 0 {
		return invalid("a segment's length is out of range")
	}
	isFrame := marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
	if !isFrame || length < 6 {
		return in.skip(length)
	}
	frame, err := in.bytes(6)
	if err != nil {
		return err
	}
	height, width := int64(binary.BigEndian.Uint16(frame[1:])), int64(binary.BigEndian.Uint16(frame[3:]))
	info.Width, info.Height = int(width), int(height)
	if err := tooBig(width, height); err != nil {
		return err
	}
	return in.skip(length - 6)
}

// checkWebP reads a WebP's RIFF chunks (RFC 9649): its size, and that all the
// bytes that its header promises are there.
func checkWebP(in *input, info *Info) error {
	head, err := in.bytes(12)
	if err != nil {
		return err
	}
	left := int64(binary.LittleEndian.Uint32(head[4:])) - 4
	for left >= 8 {
		chunk, err := in.bytes(8)
		if err != nil {
			return err
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		padded := size + size&1
		if left -= 8 + padded; left < 0 {
			return invalid("a chunk is longer than the file")
		}
		peeked, _ := in.Peek(int(min(size, 10)))
		readWebPSize(string(chunk[:4]), peeked, info)
		if err := tooBig(int64(info.Width), int64(info.Height)); err != nil {
			return err
		}
		if err := in.skip(padded); err != nil {
			return err
		}
	}
	if !in.atEnd() {
		info.Warnings = append(info.Warnings, "there are bytes after the end of the WebP")
	}
	return nil
}

func readWebPSize(name string, b []byte, info *Info) {
	switch {
	case name == "VP8X" && len(b) == 10:
		info.Alpha = b[0]&0x10 != 0
		info.Width, info.Height = 1+int(uint24(b[4:])), 1+int(uint24(b[7:]))
	case info.Width != 0:
	case name == "VP8L" && len(b) >= 5 && b[0] == 0x2f:
		bits := binary.LittleEndian.Uint32(b[1:])
		info.Width, info.Height, info.Alpha = 1+int(bits&0x3fff), 1+int(bits>>14&0x3fff), bits>>28&1 == 1
	case name == "VP8 " && len(b) == 10 && b[3] == 0x9d && b[4] == 0x01 && b[5] == 0x2a:
		info.Width, info.Height = int(binary.LittleEndian.Uint16(b[6:])&0x3fff), int(binary.LittleEndian.Uint16(b[8:])&0x3fff)
	}
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// checkGIF walks a GIF's blocks to its trailer.
func checkGIF(in *input, info *Info) error {
	head, err := in.bytes(13)
	if err != nil {
		return err
	}
	info.Width, info.Height = int(binary.LittleEndian.Uint16(head[6:])), int(binary.LittleEndian.Uint16(head[8:]))
	if err := skipColours(in, head[10]); err != nil {
		return err
	}
	for images := 0; ; {
		kind, err := in.ReadByte()
		if err != nil {
			return err
		}
		switch kind {
		case 0x3b:
			if images == 0 {
				return invalid("it has no pixels")
			}
			return nil
		case 0x21:
			err = in.skip(1)
		case 0x2c:
			images++
			err = skipImageHead(in)
		default:
			return invalid("it has a block that GIF does not know")
		}
		if err == nil {
			err = skipBlocks(in)
		}
		if err != nil {
			return err
		}
	}
}

func skipColours(in *input, flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	return in.skip(3 << (flags&7 + 1))
}

func skipImageHead(in *input) error {
	head, err := in.bytes(9)
	if err != nil {
		return err
	}
	if err := skipColours(in, head[8]); err != nil {
		return err
	}
	return in.skip(1)
}

func skipBlocks(in *input) error {
	for {
		size, err := in.ReadByte()
		if err != nil || size == 0 {
			return err
		}
		if err := in.skip(int64(size)); err != nil {
			return err
		}
	}
}
