package codex

// An answer is what the outcome of one attempt depends on.
type answer struct {
	finals   int
	stripped bool
	text     string
	ids      RequestIDs
	failure  *Error
	ended    bool // response.incomplete came
	reason   string
}

func (a *answer) note(event Event) {
	switch event := event.(type) {
	case Started:
		a.stripped, a.ids = event.Stripped, event.IDs
	case Final:
		a.finals++
	case Text:
		a.text = event.Text
	case Failed:
		a.failure = event.Err
	case Incomplete:
		a.reason, a.ended = event.Reason, true
	case Completed:
		a.stripped = a.stripped || event.Stripped
	}
}

// outcome judges an answer that was read to its end: with an image it is a
// success, and what was said after it is a warning.
func (a *answer) outcome() (warning string, err error) {
	switch {
	case a.finals > 0 && a.failure != nil:
		return "the image is complete, but then: " + a.failure.Error(), nil
	case a.finals > 0 && a.ended:
		return "the image is complete, but the response ended as incomplete: " + a.reason, nil
	case a.finals > 0:
		return "", nil
	case a.failure != nil:
		return "", a.failure
	}
	failure := newError(a.emptyKind(), nil)
	failure.IDs = a.ids
	switch failure.Kind {
	case KindText:
		failure.Message = safe(a.text)
	case KindIncomplete, KindContentFilter:
		failure.Message = a.reason
	}
	return "", failure
}

func (a *answer) emptyKind() Kind {
	switch {
	case a.ended && a.reason == "content_filter":
		return KindContentFilter
	case a.ended:
		return KindIncomplete
	case a.stripped:
		return KindToolStripped
	case a.text != "":
		return KindText
	}
	return KindEmpty
}
