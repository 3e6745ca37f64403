package probe

import (
	"context"
	"errors"

	"github.com/codexgen/codexgen/pkg/codex"
)

// faultOf turns what ended an answer into the fields of a Fault, and says
// whether an image may have been charged.
func faultOf(ctx context.Context, err error) (*Fault, codex.Charged) {
	var failure *codex.Error
	var typed interface{ ErrorType() string }
	switch {
	case errors.As(err, &failure):
		return ofBackend(failure), failure.Charged
	case ctx.Err() != nil:
		return &Fault{Kind: kindInterrupted, Message: clean(err.Error())}, codex.ChargedUnknown
	case errors.As(err, &typed): // there is no login, or it cannot be read
		return &Fault{Kind: codex.KindAuthRequired, Code: typed.ErrorType(), Message: clean(err.Error())}, codex.ChargedNo
	}
	return &Fault{Kind: codex.KindOutput, Message: clean(err.Error())}, codex.ChargedUnknown
}

func ofBackend(failure *codex.Error) *Fault {
	fault := &Fault{Kind: failure.Kind, Type: failure.Type, Code: failure.Code, Param: failure.Param,
		Message: failure.Message, Detail: failure.Detail, Resets: failure.Resets}
	if fault.Message == "" && failure.Err != nil {
		fault.Message = clean(failure.Err.Error())
	}
	return fault
}
