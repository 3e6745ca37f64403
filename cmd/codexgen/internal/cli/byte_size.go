package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// byteSize is a flag's number of bytes: 64MB, 1.5GB, 256MiB, 4096.
type byteSize int64

// maxByteSize keeps sums of sizes far from an overflow.
const maxByteSize = 1 << 40

var byteUnits = map[string]float64{
	"": 1, "b": 1, "k": 1e3, "kb": 1e3, "kib": 1 << 10, "m": 1e6, "mb": 1e6, "mib": 1 << 20, "g": 1e9, "gb": 1e9, "gib": 1 << 30,
}

func (s *byteSize) Type() string { return "bytes" }

// String is what Set reads as the same size.
func (s *byteSize) String() string {
	if n := int64(*s); n > 0 && n%(1<<20) == 0 {
		return fmt.Sprintf("%dMiB", n>>20)
	}
	return strconv.FormatInt(int64(*s), 10)
}

func (s *byteSize) Set(text string) error {
	digits := strings.TrimRight(text, "bBgGiIkKmM ")
	unit, known := byteUnits[strings.ToLower(strings.TrimSpace(text[len(digits):]))]
	number, err := strconv.ParseFloat(digits, 64)
	size := number * unit
	if err != nil || !known || !(size >= 1 && size <= maxByteSize) {
		return errors.New("write a size such as 64MB or 1GiB")
	}
	*s = byteSize(size)
	return nil
}
