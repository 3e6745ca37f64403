package codex

import (
	"errors"
	"fmt"
	"slices"
)

// A Route is one of the backend's ways to an image.
type Route string

const (
	RouteAuto      Route = "auto"      // chosen by the wishes, and once more by an answer that proves no image was made
	RouteResponses Route = "responses" // POST responses with the hosted tool: drafts, WebP, a revised prompt
	RouteImages    Route = "images"    // POST images/generations: no chat model, transparency, PNG only
	RouteWebSocket Route = "websocket" // as responses, over a WebSocket: only when asked for
)

// Hosted says that a route asks a chat model that has the hosted image tool.
func (r Route) Hosted() bool { return r == RouteResponses || r == RouteWebSocket }

// cannot says why route cannot meet a wish of r, or "".
func (r Request) cannot(route Route) string {
	switch {
	case route.Hosted() && r.Background == "transparent":
		return "the " + string(route) + " route refuses a transparent background (since 2026-08-21)"
	case route == RouteImages && r.DraftsAsked && r.Partials > 0:
		return "the images route sends no drafts"
	case route == RouteImages && r.Mask != nil:
		return "the images route is not known to take a mask"
	case route == RouteWebSocket && r.size() > MaxMessage:
		return fmt.Sprintf("the request would have %d MB (base64 adds a third), and the backend closes a WebSocket at more than 16 MiB", r.size()/1_000_000)
	case route == RouteImages && (r.Format == "webp" || r.Format == "jpeg"):
		return "the images route sends PNG only"
	}
	return ""
}

// ChooseRoute picks the route for a request before anything is sent, and says
// why. residency is true for a credential that is bound to a region: the
// official client sends those to another host on the responses route, which
// codexgen does not do.
func ChooseRoute(r Request, residency bool) (Route, string, error) {
	if r.Route != "" && r.Route != RouteAuto {
		if why := r.cannot(r.Route); why != "" {
			return "", "", &InvalidRequestError{Field: "route", Value: string(r.Route), Reason: why, Advice: "leave --route out, or drop that wish"}
		}
		return r.Route, "asked for", nil
	}
	noResponses, noImages := r.cannot(RouteResponses), r.cannot(RouteImages)
	switch {
	case noResponses != "" && noImages != "":
		return "", "", &InvalidRequestError{Field: "route", Reason: "no single route meets these wishes: " + noResponses + "; " + noImages,
			Advice: "drop one of the two wishes"}
	case noResponses != "":
		return RouteImages, "a transparent background", nil
	case noImages != "":
		return RouteResponses, "drafts, a mask or a format that only this route has", nil
	case residency:
		return RouteImages, "the account is bound to a region", nil
	case r.Partials == 0 || r.PreferOneShot:
		return RouteImages, "no drafts wanted", nil
	}
	return RouteResponses, "drafts", nil
}

// provesNoImage are the failures after which no image can have been made, so
// that the other route may be asked: openai/codex#36767 is about the rest.
var provesNoImage = []Kind{KindRouteMissing, KindParameter, KindToolStripped, KindTransparentRefused}

// NextRoute is the route to ask after from ended in err, or false when the
// request must end here.
func NextRoute(r Request, from Route, err error) (Route, bool) {
	var failure *Error
	if r.Route != "" && r.Route != RouteAuto || !errors.As(err, &failure) || !slices.Contains(provesNoImage, failure.Kind) {
		return "", false
	}
	return from.other(), r.cannot(from.other()) == ""
}

func (r Route) other() Route {
	if r == RouteImages {
		return RouteResponses
	}
	return RouteImages
}
