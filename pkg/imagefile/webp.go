package imagefile

import (
	"encoding/binary"
)

// checkWebP walks the RIFF chunks of a WebP (RFC 9649): all the bytes that the
// header promises, the size, and a picture. The pixels are not decoded.
func checkWebP(in *input, info *Info) error {
	head, err := in.next(12)
	if err != nil {
		return err
	}
	left := int64(binary.LittleEndian.Uint32(head[4:])) - 4 // "WEBP" is counted
	for picture := false; ; {
		if left <= 0 {
			if !picture || info.Width == 0 {
				return invalid("it has no pixels")
			}
			return in.end(info)
		}
		head, err := in.next(8)
		if err != nil {
			return err
		}
		name, size := string(head[:4]), int64(binary.LittleEndian.Uint32(head[4:]))
		padded := size + size&1
		if left -= 8 + padded; left < 0 {
			return invalid("a chunk goes beyond its end")
		}
		begin, _ := in.Peek(int(min(size, 10))) // a short one ends early in skip
		if err := readWebPSize(name, begin, info); err != nil {
			return err
		}
		info.Signed = info.Signed || name == "C2PA" // C2PA 2.2, A.3.8
		info.Profile = info.Profile || name == "ICCP"
		picture = picture || name == "VP8 " || name == "VP8L" || name == "ANMF"
		if err := in.skip(padded); err != nil {
			return err
		}
	}
}

// readWebPSize takes size and alpha from the beginning of the first chunk that
// has them: VP8X where there is one, else the picture itself.
func readWebPSize(name string, b []byte, info *Info) error {
	if info.Width != 0 {
		return nil
	}
	switch {
	case name == "VP8X" && len(b) >= 10:
		info.Alpha = b[0]&0x10 != 0
		return info.setSize(uint24(b[4:])+1, uint24(b[7:])+1)
	case name == "VP8L" && len(b) >= 5 && b[0] == 0x2f:
		bits := binary.LittleEndian.Uint32(b[1:])
		info.Alpha = bits>>28&1 == 1
		return info.setSize(bits&0x3fff+1, bits>>14&0x3fff+1)
	case name == "VP8 " && len(b) >= 10 && string(b[3:6]) == "\x9d\x01\x2a":
		width, height := binary.LittleEndian.Uint16(b[6:]), binary.LittleEndian.Uint16(b[8:])
		return info.setSize(uint32(width&0x3fff), uint32(height&0x3fff))
	}
	return nil
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
