package judge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"example.com/digilocker/contract/example"
)

// Client is a generated *ClientWithResponses.
type Client struct {
	value reflect.Value
	base  string // the path of its server's URL, without a slash at its end
}

// NewClient wraps a generated *ClientWithResponses, which was made for the server at base.
func NewClient(client any, base string) Client {
	c := Client{value: reflect.ValueOf(client)}
	if u, err := url.Parse(base); err == nil {
		c.base = strings.TrimSuffix(u.EscapedPath(), "/")
	}
	return c
}

// Call calls the operation with the parameters, by name, and the body, which is sent in the
// operation's media type. A body that is nil is the zero value of its type, which stands for
// a request that nobody documented. Parameters that the document does not declare are an
// error, and so is a body that the method has no place for.
func (c Client) Call(
	ctx context.Context, op example.Operation, params map[string]json.RawMessage, body json.RawMessage,
) (Result, error) {
	m, err := c.method(op)
	if err != nil {
		return Result{}, err
	}
	if body != nil && m.body == noBody {
		return Result{}, fmt.Errorf("%s: the generated method takes no body", op.ID)
	}
	texts := []json.RawMessage{}
	for _, name := range op.PathParameters() {
		texts = append(texts, params[name])
	}
	if m.params {
		beside, err := besidesPath(op, params)
		if err != nil {
			return Result{}, err
		}
		texts = append(texts, beside)
	}
	if m.body == typedBody {
		texts = append(texts, body)
	}
	args := []reflect.Value{reflect.ValueOf(ctx)}
	for _, text := range texts {
		t := m.value.Type().In(len(args))
		arg := reflect.New(t)
		if text != nil { // else the zero value is sent
			if err := json.Unmarshal(text, arg.Interface()); err != nil {
				return Result{}, fmt.Errorf("%s: argument %d of %s takes no %s: %w", op.ID, len(args), t, text, err)
			}
		}
		args = append(args, arg.Elem())
	}
	if m.body == anyBody {
		var written []byte
		if body != nil {
			if written, err = Written(op.MediaType, body); err != nil {
				return Result{}, fmt.Errorf("%s: %w", op.ID, err)
			}
		}
		mediaType := reflect.ValueOf(op.MediaType).Convert(m.value.Type().In(len(args)))
		args = append(args, mediaType, reflect.ValueOf(bytes.NewReader(written)))
	}
	out, err := m.call(args)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", op.ID, err)
	}
	if err, failed := out[1].Interface().(error); failed {
		return Result{}, err
	}
	return Result{out[0].Elem()}, nil
}

// besidesPath is the object of the parameters that stand in a Params struct.
func besidesPath(op example.Operation, params map[string]json.RawMessage) (json.RawMessage, error) {
	rest := map[string]json.RawMessage{}
	for _, p := range op.Parameters {
		if v, ok := params[p.Name]; ok && p.In != "path" {
			rest[p.Name] = v
		}
	}
	return json.Marshal(rest)
}

// Result is what a generated method returned: a *GetStatusResponse or the like.
type Result struct{ value reflect.Value }

// Status of the HTTP answer.
func (a Result) Status() int {
	return a.value.FieldByName("HTTPResponse").Interface().(*http.Response).StatusCode
}

// Body is the body of the answer as the client hands it on.
func (a Result) Body() []byte {
	if body := a.value.FieldByName("Body"); body.IsValid() {
		return body.Bytes()
	}
	return nil
}
