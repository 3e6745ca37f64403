package imagefile

import "encoding/binary"

// Blocks of a GIF (GIF89a specification, 1990).
const (
	gifExtension      = 0x21
	gifGraphicControl = 0xf9
	gifImage          = 0x2c
	gifTrailer        = 0x3b
)

// checkGIF walks a GIF's blocks to its trailer. The pixels are not decoded.
func checkGIF(in *input, info *Info) error {
	head, err := in.next(13)
	if err != nil {
		return err
	}
	width, height := binary.LittleEndian.Uint16(head[6:]), binary.LittleEndian.Uint16(head[8:])
	if err := info.setSize(uint32(width), uint32(height)); err != nil {
		return err
	}
	if err := skipColours(in, head[10]); err != nil {
		return err
	}
	for images := 0; ; {
		kind, err := in.ReadByte()
		if err != nil {
			return err
		}
		switch kind {
		case gifTrailer:
			if images == 0 {
				return invalid("it has no pixels")
			}
			return in.end(info)
		case gifExtension:
			err = gifExtensionHead(in, info)
		case gifImage:
			images++
			err = gifImageHead(in)
		default:
			return invalid("it has a block that GIF does not know")
		}
		if err != nil {
			return err
		}
		if err := skipBlocks(in); err != nil {
			return err
		}
	}
}

// gifExtensionHead reads an extension's label; a graphic control says whether
// a colour is transparent.
func gifExtensionHead(in *input, info *Info) error {
	label, err := in.ReadByte()
	if err != nil {
		return err
	}
	if begin, err := in.Peek(2); err == nil && label == gifGraphicControl && begin[0] > 0 && begin[1]&1 != 0 {
		info.Alpha = true
	}
	return nil
}

// gifImageHead passes over an image's place, its colours and its code size.
func gifImageHead(in *input) error {
	head, err := in.next(9)
	if err != nil {
		return err
	}
	if err := skipColours(in, head[8]); err != nil {
		return err
	}
	return in.skip(1)
}

func skipColours(in *input, flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	return in.skip(3 << (flags&7 + 1))
}

// skipBlocks passes over data in blocks of up to 255 bytes, ended by an empty
// one.
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
