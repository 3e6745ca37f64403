package main

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"sync"
)

// perJob counts requests for a picture by the job that they are for, which is
// known by the number in its prompt: "picture 12". The zero value is ready.
type perJob struct {
	mu    sync.Mutex
	asked map[int]int
}

var jobNumber = regexp.MustCompile(`picture (\d+)`)

// note counts a request, and gives its job and how often that has been asked
// for by now. The body can be read again; one without a number is job 0.
func (p *perJob) note(r *http.Request) (job, times int) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20)) // what was cut has no number, or fails later
	r.Body = io.NopCloser(bytes.NewReader(body))
	if found := jobNumber.FindSubmatch(body); found != nil {
		job, _ = strconv.Atoi(string(found[1]))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked == nil {
		p.asked = map[int]int{}
	}
	p.asked[job]++
	return job, p.asked[job]
}

func (p *perJob) of(job int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[job]
}
