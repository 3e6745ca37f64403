package sandbox

import (
	"crypto/sha256"
	"image"
	"image/color"
	"math"
)

// drawing says what to paint. Equal drawings give equal pixels.
type drawing struct {
	prompt      string
	size        image.Point
	transparent bool     // no sky
	references  []string // URLs of what is to be worked from
	plain       bool     // one colour, and nothing on it
}

// scene is what the hash of a prompt decides: the colours and shapes of a
// landscape.
type scene struct {
	sky    [2]rgb // top and bottom
	sun    rgb
	sunAt  [2]float64 // in parts of width and height
	sunR   float64    // in parts of the shorter edge
	ridges []ridge
}

// ridge is one line of hills, the far ones first.
type ridge struct {
	fill  rgb
	level float64 // in parts of the height
	waves [3]wave
}

type wave struct{ height, freq, phase float64 }

type rgb struct{ r, g, b float64 } // 0 to 255

const ridgeCount = 5

// newScene reads a scene out of the prompt's hash.
func newScene(prompt string) scene {
	sum := sha256.Sum256([]byte(prompt))
	next := func(i int) float64 { return float64(sum[i%len(sum)]) / 255 }
	hue := 0.5 + 0.42*next(0)                 // teal, blue, violet: skies
	warm := math.Mod(hue+0.14+0.2*next(1), 1) // towards pink and orange
	sc := scene{
		sky:   [2]rgb{hsl(hue, 0.55, 0.34+0.1*next(2)), hsl(warm, 0.75, 0.72)},
		sun:   hsl(warm, 0.95, 0.88),
		sunAt: [2]float64{0.2 + 0.6*next(3), 0.25 + 0.22*next(4)},
		sunR:  0.07 + 0.07*next(5),
	}
	for i := range ridgeCount {
		far := 1 - float64(i)/(ridgeCount-1)
		r := ridge{
			fill:  mix(hsl(hue, 0.45, 0.16), sc.sky[1], 0.12+0.6*far),
			level: 0.48 + 0.1*float64(i) + 0.04*next(6+i),
		}
		for j := range r.waves {
			k := float64(int(1) << j)
			r.waves[j] = wave{0.055 / k, k * (1.3 + 1.8*next(11+3*i+j)), 2 * math.Pi * next(12+5*i+7*j)}
		}
		sc.ridges = append(sc.ridges, r)
	}
	return sc
}

// paint draws the landscape, the prompt and the SANDBOX mark.
func (d drawing) paint() *image.RGBA {
	img := image.NewRGBA(image.Rectangle{Max: d.size})
	sc := newScene(d.prompt)
	if d.plain {
		if !d.transparent {
			fillRow(img.Pix, sc.sun.opaque())
		}
		return img
	}
	if !d.transparent {
		sc.paintSky(img)
	}
	sc.paintSun(img)
	sc.paintRidges(img)
	paintReferences(img, d.references)
	letter(img, d.prompt)
	return img
}

func (sc scene) paintSky(img *image.RGBA) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		t := float64(y) / float64(h)
		c := mix(sc.sky[0], sc.sky[1], min(1, t*1.6)).opaque()
		row := img.Pix[y*img.Stride:][:4*w]
		fillRow(row, c)
	}
}

// fillRow repeats one pixel by doubling.
func fillRow(row []byte, c color.RGBA) {
	row[0], row[1], row[2], row[3] = c.R, c.G, c.B, c.A
	for n := 4; n < len(row); n *= 2 {
		copy(row[n:], row[:n])
	}
}

// paintSun draws a disc with a soft edge and a halo.
func (sc scene) paintSun(img *image.RGBA) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	r := sc.sunR * float64(min(w, h))
	cx, cy, halo := sc.sunAt[0]*float64(w), sc.sunAt[1]*float64(h), 3*r
	box := image.Rect(int(cx-halo), int(cy-halo), int(cx+halo)+1, int(cy+halo)+1).Intersect(img.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			dx, dy := float64(x)-cx, float64(y)-cy
			dist := math.Sqrt(dx*dx + dy*dy)
			glow := max(0, 1-dist/halo)
			blend(img.Pix[img.PixOffset(x, y):], sc.sun, max(0.55*glow*glow, min(1, r-dist)))
		}
	}
}

// paintRidges fills each column below each ridge line, near ridges over far
// ones, with a soft first pixel.
func (sc scene) paintRidges(img *image.RGBA) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	tops := make([]float64, w)
	for _, r := range sc.ridges {
		first := float64(h)
		for x := range tops {
			tops[x] = r.height(float64(x)/float64(w)) * float64(h)
			first = min(first, tops[x])
		}
		c := r.fill.opaque()
		for y := max(0, int(first)-1); y < h; y++ {
			row := img.Pix[y*img.Stride:][:4*w]
			for x, top := range tops {
				switch in := float64(y) + 1 - top; {
				case in >= 1:
					row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = c.R, c.G, c.B, 0xff
				case in > 0:
					blend(row[4*x:], r.fill, in)
				}
			}
		}
	}
}

func (r ridge) height(x float64) float64 {
	y := r.level
	for _, w := range r.waves {
		y += w.height * math.Sin(2*math.Pi*w.freq*x+w.phase)
	}
	return y
}

// blend puts c over one premultiplied pixel with opacity a. It rounds: cut
// off, an opaque pixel would come out as 254.
func blend(p []byte, c rgb, a float64) {
	if a <= 0 {
		return
	}
	for i, v := range [4]float64{c.r, c.g, c.b, 255} {
		p[i] = byte(float64(p[i])*(1-a) + v*a + 0.5)
	}
}

func (c rgb) opaque() color.RGBA { return color.RGBA{byte(c.r), byte(c.g), byte(c.b), 0xff} }

func mix(a, b rgb, t float64) rgb {
	return rgb{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

// hsl converts hue, saturation and lightness, each 0 to 1.
func hsl(h, s, l float64) rgb {
	a := s * min(l, 1-l)
	f := func(n float64) float64 {
		k := math.Mod(n+12*h, 12)
		return 255 * (l - a*max(-1, min(k-3, 9-k, 1)))
	}
	return rgb{f(0), f(8), f(4)}
}
