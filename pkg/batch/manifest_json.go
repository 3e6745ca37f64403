package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// parseObject reads {"prompt": "a cat", "partials": 1, "image": ["a.png"]}:
// texts, numbers, true and false, and lists of them.
func parseObject(line []byte) (Fields, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.New("it is not a JSON object")
	}
	fields := Fields{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		key := name.(string) // before a colon there is nothing else
		if _, twice := fields[key]; twice {
			return nil, fmt.Errorf("%q is there twice", key)
		}
		if fields[key], err = parseValues(decoder, key); err != nil {
			return nil, err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, notJSON(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something after the object")
	}
	return fields, nil
}

func parseValues(decoder *json.Decoder, name string) ([]string, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, notJSON(err)
	}
	if token != json.Delim('[') {
		value, err := text(token, name)
		return []string{value}, err
	}
	values := []string{}
	for decoder.More() {
		if token, err = decoder.Token(); err != nil {
			return nil, notJSON(err)
		}
		value, err := text(token, name)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	_, err = decoder.Token()
	return values, notJSON(err)
}

func text(token json.Token, name string) (string, error) {
	switch value := token.(type) {
	case string:
		return value, nil
	case json.Number:
		return value.String(), nil
	case bool:
		return fmt.Sprint(value), nil
	}
	return "", fmt.Errorf("%q is neither text, number, true or false, nor a list of them", name)
}

func notJSON(err error) error {
	if err == nil {
		return nil
	}
	return errors.New("it is not valid JSON")
}
