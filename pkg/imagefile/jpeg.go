package imagefile

import "encoding/binary"

// Markers of a JPEG (ITU-T T.81, table B.1), without their 0xff.
const (
	markTEM  = 0x01
	markSOF0 = 0xc0
	markDHT  = 0xc4
	markJPG  = 0xc8
	markDAC  = 0xcc
	markSOFF = 0xcf
	markRST0 = 0xd0
	markRST7 = 0xd7
	markSOI  = 0xd8
	markEOI  = 0xd9
	markSOS  = 0xda
	markAPP2 = 0xe2
	markAPPB = 0xeb
)

// profileMark begins the segments with a colour profile (ICC.1:2022, B.4).
const profileMark = "ICC_PROFILE\x00"

// checkJPEG walks a JPEG's markers: a frame with its size, a scan, the end.
// The compressed pixels are passed over, not decoded.
func checkJPEG(in *input, info *Info) error {
	if err := in.skip(2); err != nil { // SOI, known from Sniff
		return err
	}
	for scanning := false; ; {
		marker, err := nextMarker(in, scanning)
		if err != nil {
			return err
		}
		switch {
		case marker == markEOI && !scanning:
			return invalid("it has no pixels")
		case marker == markEOI:
			return in.end(info)
		case marker == markTEM:
			continue
		case marker < markSOF0 || marker >= markRST0 && marker <= markSOI:
			return invalid("a marker stands where it must not")
		case marker == markSOS && info.Width == 0:
			return invalid("its pixels come before its size")
		}
		if err := segment(in, marker, info); err != nil {
			return err
		}
		scanning = scanning || marker == markSOS
	}
}

// nextMarker goes to the next marker: at once between segments, after the
// compressed data in a scan.
func nextMarker(in *input, scanning bool) (byte, error) {
	for {
		skipped, err := in.skipTo(0xff)
		if err != nil {
			return 0, err
		}
		if skipped > 0 && !scanning {
			return 0, invalid("there are bytes between its segments")
		}
		code := byte(0xff)
		for code == 0xff { // any number may fill
			if code, err = in.ReadByte(); err != nil {
				return 0, err
			}
		}
		// In a scan 0xff 0 is a byte of data, and a restart changes nothing.
		if !scanning || code != 0 && (code < markRST0 || code > markRST7) {
			return code, nil
		}
	}
}

// segment passes over a marker's segment, and takes the size of a frame's.
func segment(in *input, marker byte, info *Info) error {
	field, err := in.next(2)
	if err != nil {
		return err
	}
	left := int64(binary.BigEndian.Uint16(field)) - 2
	if left < 0 {
		return invalid("the length of a segment is out of range")
	}
	if marker == markAPPB && left >= 2 { // JUMBF boxes, of which C2PA is the known use (C2PA 2.2, A.3.1)
		begin, _ := in.Peek(2) // a short one ends early in skip
		info.Signed = info.Signed || string(begin) == "JP"
	}
	if marker == markAPP2 && left >= int64(len(profileMark)) {
		begin, _ := in.Peek(len(profileMark))
		info.Profile = info.Profile || string(begin) == profileMark
	}
	if !isFrame(marker) {
		return in.skip(left)
	}
	if left < 6 {
		return invalid("its frame is too short")
	}
	frame, err := in.next(6) // precision, height, width, components
	if err != nil {
		return err
	}
	height, width := binary.BigEndian.Uint16(frame[1:]), binary.BigEndian.Uint16(frame[3:])
	if err := info.setSize(uint32(width), uint32(height)); err != nil {
		return err
	}
	return in.skip(left - 6)
}

func isFrame(marker byte) bool {
	return marker >= markSOF0 && marker <= markSOFF && marker != markDHT && marker != markJPG && marker != markDAC
}
