package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/codexgen/codexgen/pkg/corpus"
)

func pictureInjectors() map[string]injector {
	return map[string]injector{"picture": sentPicture, "same bytes": sameBytes, "base64": oddBase64}
}

// sentPicture answers with one of the broken pictures, on either route.
func sentPicture(b *bench) {
	content, known := oddPictures()[b.with(0)]
	if !known {
		b.Fatalf("there is no picture %q", b.with(0))
	}
	b.serve(picture(base64.StdEncoding.EncodeToString(content)))
	b.verify = func(ran) {
		for _, name := range b.left() {
			if got, err := os.ReadFile(filepath.Join(b.out, name)); err != nil || !bytes.Equal(got, content) {
				b.Errorf("%s is not what the server sent (%v)", name, err)
			}
		}
	}
}

// sameBytes answers with a picture that has content credentials, and chunks
// that any rewriting would drop or move.
func sameBytes(b *bench) {
	content := corpus.WithChunk(corpus.PNG(corpus.Halves(320, 200)), "caBX", grain(64<<10))
	content = corpus.WithChunk(content, "prIv", []byte("a chunk that nobody knows"))
	b.serve(picture(base64.StdEncoding.EncodeToString(content)))
	b.verify = func(got ran) {
		file, err := os.ReadFile(filepath.Join(b.out, "a-cat.png"))
		if err != nil || !bytes.Equal(file, content) {
			b.Errorf("the file is not what the server sent (%v)", err)
		}
		for _, want := range []string{fmt.Sprintf(`"sha256":"%x"`, sha256.Sum256(content)), `"content_credentials":true`} {
			if !strings.Contains(got.stdout, want) {
				b.Errorf("the object has no %s", want)
			}
		}
	}
}

// oddBase64 answers with text in the picture's place.
func oddBase64(b *bench) {
	plain := base64.StdEncoding.EncodeToString(whole())
	text, known := map[string]string{
		"data url":  "data:image/png;base64," + plain,
		"url-safe":  strings.NewReplacer("+", "-", "/", "_").Replace(plain),
		"spaces":    plain[:4000] + " " + plain[4000:],
		"unpadded":  strings.TrimRight(plain, "="),
		"padding":   strings.Repeat("=", 5_000_000),
		"at start":  "!" + plain[1:],
		"in middle": plain[:len(plain)/2] + "!" + plain[len(plain)/2+1:],
		"at end":    plain[:len(plain)-1] + "!",
	}[b.with(0)]
	if !known {
		b.Fatalf("there is no text %q", b.with(0))
	}
	b.serve(picture(text))
}

// whole is a picture whose base64 has padding and all 64 characters.
func whole() []byte {
	content := corpus.WithChunk(corpus.PNG(corpus.Halves(320, 200)), "prIv", grain(9<<10))
	for len(content)%3 != 1 {
		content = corpus.WithChunk(content, "prIv", []byte("padding"))
	}
	return content
}

// grain is the same in every run.
func grain(n int) []byte {
	content := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(content) // never fails
	return content
}

// oddPictures are whole pictures with one thing wrong.
func oddPictures() map[string][]byte {
	good := whole()
	end := len(good) - 12 // IEND
	return map[string][]byte{
		"a bad checksum":          spoiled(good, "IDAT"),
		"a bad checksum, private": spoiled(good, "prIv"),
		"no IEND":                 good[:end],
		"cut in the middle":       good[:len(good)/2],
		"trailing bytes":          append(slices.Clone(good), "PK\x03\x04 and more"...),
		"a bomb of pixels":        corpus.Bomb(30_000, 30_000),
		"a bomb of a header":      corpus.Bomb(1<<31-1, 1<<31-1),
		"a chunk of 2 GB":         claimed(good),
		"no pixels":               slices.Concat(good[:33], good[end:]),
		"a JPEG":                  corpus.JPEG(corpus.Halves(320, 200)),
		"a WebP":                  corpus.WebP(corpus.Halves(320, 200)),
		"a page":                  []byte("<!DOCTYPE html>\n<html><body>" + strings.Repeat("sorry ", 2000) + "</body></html>\n"),
		"a drawing":               []byte("<svg xmlns=\"http://www.w3.org/2000/svg\">" + strings.Repeat("<g/>", 2000) + "</svg>\n"),
		"few bytes":               []byte("\x89PNG\r\n\x1a\n"),
	}
}

// spoiled breaks the checksum of the first chunk of a name.
func spoiled(file []byte, name string) []byte {
	file = slices.Clone(file)
	at := bytes.Index(file, []byte(name))
	length := int(binary.BigEndian.Uint32(file[at-4:]))
	file[at+4+length] ^= 1
	return file
}

// claimed has a chunk behind its header that says it has 2 GB.
func claimed(file []byte) []byte {
	head := binary.BigEndian.AppendUint32(nil, 1<<31-1)
	head = append(head, "teXt"...)
	return slices.Concat(file[:33], binary.BigEndian.AppendUint32(head, crc32.ChecksumIEEE(head)), file[33:])
}

// picture answers either route with a base64 text of its own.
func picture(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if strings.HasSuffix(r.URL.Path, "/images/generations") {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"data":[{"b64_json":"%s"}]}`, text)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"image_generation_call\",\"id\":\"ig_1\",\"status\":\"completed\",\"result\":\"%s\"}}\n\n", text)
		fmt.Fprint(w, "data: {\"type\":\"response.completed\",\"response\":{}}\n\n")
	})
}

// encodedPicture is a whole picture as the backend sends it.
func encodedPicture() string { return base64.StdEncoding.EncodeToString(whole()) }
