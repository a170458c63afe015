// Package typed drives a client that oapi-codegen generated, by the names in
// the document it was generated from, and judges what it sends and what it
// makes of an answer.
//
// It goes through reflection so that no list of operations has to be kept, but
// everything it calls and compares are the concrete types that a user has.
package typed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"example.com/digilocker/contract/examples"
)

// Client is a generated *ClientWithResponses.
type Client struct{ value reflect.Value }

// New wraps a generated *ClientWithResponses.
func New(client any) Client { return Client{reflect.ValueOf(client)} }

// Answer is what a generated method returned: a *GetStatusResponse or the like.
type Answer struct{ value reflect.Value }

// Call calls the operation with the parameters, by name, and the body, which
// may be nil. Parameters that the document does not declare are an error, and
// so is a body that the method has no place for.
func (c Client) Call(ctx context.Context, op examples.Operation, params map[string]json.RawMessage, body json.RawMessage) (Answer, error) {
	method, err := c.method(op.ID)
	if err != nil {
		return Answer{}, err
	}
	args := []reflect.Value{reflect.ValueOf(ctx)}
	inPath := op.PathParameters()
	for i := 1; i < method.Type().NumIn()-1; i++ { // the last are the request editors
		t := method.Type().In(i)
		var text json.RawMessage
		switch {
		case len(inPath) > 0:
			text, inPath = params[inPath[0]], inPath[1:]
		case t.Kind() == reflect.Pointer && strings.HasSuffix(t.Elem().Name(), "Params"):
			if text, err = besidesPath(op, params); err != nil {
				return Answer{}, err
			}
		default:
			text, body = body, nil
		}
		arg := reflect.New(t)
		if err := json.Unmarshal(text, arg.Interface()); err != nil {
			return Answer{}, fmt.Errorf("%s: argument %d of %s takes no %s: %w", op.ID, i, t, text, err)
		}
		args = append(args, arg.Elem())
	}
	if body != nil {
		return Answer{}, fmt.Errorf("%s: the generated method takes no body", op.ID)
	}
	out := method.Call(args)
	if err, failed := out[1].Interface().(error); failed {
		return Answer{}, err
	}
	return Answer{out[0].Elem()}, nil
}

// method finds <OperationId>WithResponse, whose case the generator chose.
func (c Client) method(operation string) (reflect.Value, error) {
	want := operation + "WithResponse"
	for i := range c.value.NumMethod() {
		if strings.EqualFold(c.value.Type().Method(i).Name, want) {
			return c.value.Method(i), nil
		}
	}
	return reflect.Value{}, fmt.Errorf("%s: the generated client has no method %s", operation, want)
}

// besidesPath is the object of the parameters that stand in a Params struct.
func besidesPath(op examples.Operation, params map[string]json.RawMessage) (json.RawMessage, error) {
	rest := map[string]json.RawMessage{}
	for _, p := range op.Parameters {
		if v, ok := params[p.Name]; ok && p.In != "path" {
			rest[p.Name] = v
		}
	}
	return json.Marshal(rest)
}

// Status of the HTTP answer.
func (a Answer) Status() int {
	return a.value.FieldByName("HTTPResponse").Interface().(*http.Response).StatusCode
}

// Typed returns the one field, JSON200 or JSONDefault, that holds the decoded
// answer, or an error if none or several do.
func (a Answer) Typed() (string, any, error) {
	var name string
	var value any
	for i := range a.value.NumField() {
		f := a.value.Type().Field(i)
		if !strings.HasPrefix(f.Name, "JSON") || a.value.Field(i).IsNil() {
			continue
		}
		if name != "" {
			return "", nil, fmt.Errorf("both %s and %s are set", name, f.Name)
		}
		name, value = f.Name, a.value.Field(i).Interface()
	}
	if name == "" {
		return "", nil, fmt.Errorf("no field of %s holds the answer", a.value.Type().Name())
	}
	return name, value, nil
}

// Field is the name of the field in which the answer to e must arrive.
func Field(e examples.Entry) string {
	if e.Status == 0 {
		return "JSONDefault"
	}
	return fmt.Sprintf("JSON%d", e.Status)
}

// Branch decodes a union to the branch of that Go name.
func Branch(union any, goName string) (any, error) {
	as := reflect.ValueOf(union).MethodByName("As" + goName)
	if !as.IsValid() {
		return nil, fmt.Errorf("%T has no method As%s", union, goName)
	}
	out := as.Call(nil)
	if err, failed := out[1].Interface().(error); failed {
		return nil, err
	}
	return out[0].Interface(), nil
}

// JudgeAnswer says what is wrong with how the client read the entry: it must
// stand in the field of its status and hold all that the example says.
func JudgeAnswer(doc *examples.Document, e examples.Entry, a Answer) []examples.Fault {
	field, value, err := a.Typed()
	if err != nil {
		return []examples.Fault{{Want: Field(e), Got: err.Error()}}
	}
	if field != Field(e) {
		return []examples.Fault{{Want: Field(e), Got: field}}
	}
	return JudgeValue(doc, e, value)
}

// JudgeValue says what a decoded value lost or added of the entry. A union is
// judged by the branch that the request chose.
func JudgeValue(doc *examples.Document, e examples.Entry, value any) []examples.Fault {
	if e.Branch() != "" {
		concrete, err := Branch(value, doc.GoName(e.Branch()))
		if err != nil {
			return []examples.Fault{{Want: "the branch " + e.Branch(), Got: err.Error()}}
		}
		value = concrete
	}
	back, err := json.Marshal(value)
	if err != nil {
		return []examples.Fault{{Want: "a value that can be written", Got: err.Error()}}
	}
	return examples.Equal(e.Value, back)
}
