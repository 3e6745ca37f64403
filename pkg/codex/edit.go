package codex

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// An Edit changes one thing in a Plan. A variant of a request is a base plan
// and a list of edits.
type Edit struct {
	op, path string
	value    any
}

// Set puts value (anything encoding/json can write) at a path of member names
// and array indices such as "tools.0.size".
func Set(path string, value any) Edit { return Edit{"set", path, value} }

// Delete removes the member or array element at path.
func Delete(path string) Edit { return Edit{"delete", path, nil} }

// SetHeader sets a header field.
func SetHeader(name, value string) Edit { return Edit{"header", name, value} }

// DropHeader removes a header field.
func DropHeader(name string) Edit { return Edit{"drop header", name, nil} }

// SetPath sends the plan to another path, relative to the base URL:
// "images/edits", "../wham/usage". The host stays the base URL's.
func SetPath(path string) Edit { return Edit{"path", path, nil} }

func (e Edit) String() string {
	if e.value == nil {
		return e.op + " " + e.path
	}
	return fmt.Sprintf("%s %s = %v", e.op, e.path, e.value)
}

func (p *Plan) apply(e Edit) error {
	switch e.op {
	case "header":
		p.Header.Set(e.path, e.value.(string))
		return nil
	case "drop header":
		p.Header.Del(e.path)
		return nil
	case "path":
		return p.setPath(e.path)
	}
	if _, err := edit(p.Body, strings.Split(e.path, "."), e); err != nil {
		return fmt.Errorf("%s: %w", e, err)
	}
	return nil
}

// edit walks to the last step of the path and returns the node with the
// change in it: a deleted array element makes a new array.
func edit(node any, path []string, e Edit) (any, error) {
	switch node := node.(type) {
	case map[string]any:
		return node, editObject(node, path, e)
	case []any:
		return editArray(node, path, e)
	}
	return nil, fmt.Errorf("%q is not inside an object or array", path[0])
}

func editObject(object map[string]any, path []string, e Edit) error {
	name := path[0]
	child, found := object[name]
	switch {
	case len(path) > 1 && !found:
		return fmt.Errorf("no member %q", name)
	case len(path) > 1:
		changed, err := edit(child, path[1:], e)
		object[name] = changed
		return err
	case e.op == "set":
		object[name] = e.value
	case !found:
		return fmt.Errorf("no member %q", name)
	default:
		delete(object, name)
	}
	return nil
}

func editArray(array []any, path []string, e Edit) (any, error) {
	index, err := strconv.Atoi(path[0])
	if err != nil || index < 0 || index > len(array) || (index == len(array) && (len(path) > 1 || e.op != "set")) {
		return array, fmt.Errorf("no element %q", path[0])
	}
	switch {
	case len(path) > 1:
		array[index], err = edit(array[index], path[1:], e)
		return array, err
	case e.op == "delete":
		return slices.Delete(array, index, index+1), nil
	case index == len(array):
		return append(array, e.value), nil
	}
	array[index] = e.value
	return array, nil
}

// clone copies a JSON value deeply, so that an edited plan shares nothing
// with its base.
func clone(node any) any {
	switch node := node.(type) {
	case map[string]any:
		copied := maps.Clone(node)
		for name, child := range copied {
			copied[name] = clone(child)
		}
		return copied
	case []any:
		copied := slices.Clone(node)
		for i, child := range copied {
			copied[i] = clone(child)
		}
		return copied
	}
	return node
}

// With returns a copy of the plan with the edits made in order.
func (p *Plan) With(edits ...Edit) (*Plan, error) {
	changed := *p
	changed.Header = maps.Clone(p.Header)
	changed.Body, _ = clone(p.Body).(map[string]any)
	for _, e := range edits {
		if err := changed.apply(e); err != nil {
			return nil, err
		}
	}
	return &changed, nil
}
