package reference

import (
	"bytes"
	"encoding/binary"
	"io"
)

// profileMark begins the segments with a colour profile (ICC.1:2022, B.4).
const profileMark = "ICC_PROFILE\x00"

// maxProfile bounds a colour profile; those of cameras and displays have some
// kilobytes.
const maxProfile = 4 << 20

// colourProfile returns the APP2 segments of a JPEG that hold its colour
// profile, as they stand there. Without it a photograph in Display P3 would
// turn pale.
func colourProfile(original *io.SectionReader) []byte {
	var profile []byte
	for at := int64(2); ; {
		var head [4 + len(profileMark)]byte
		if n, _ := original.ReadAt(head[:], at); n < 4 || head[0] != 0xff {
			return profile
		}
		marker, length := head[1], int64(binary.BigEndian.Uint16(head[2:]))
		if marker == 0xda || marker == 0xd9 || length < 2 { // pixels, or the end
			return profile
		}
		if marker == 0xe2 && string(head[4:]) == profileMark && int64(len(profile))+length <= maxProfile {
			segment := make([]byte, 2+length)
			if _, err := original.ReadAt(segment, at); err != nil {
				return profile
			}
			profile = append(profile, segment...)
		}
		at += 2 + length
	}
}

// afterSOI writes a JPEG with segments put behind its first two bytes.
type afterSOI struct {
	w      io.Writer
	insert []byte
	head   []byte
	done   bool
}

func (a *afterSOI) Write(p []byte) (int, error) {
	if a.done {
		return a.w.Write(p)
	}
	a.head = append(a.head, p...)
	if len(a.head) < 2 {
		return len(p), nil
	}
	a.done = true
	_, err := a.w.Write(bytes.Join([][]byte{a.head[:2], a.insert, a.head[2:]}, nil))
	return len(p), err
}
