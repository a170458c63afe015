package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"unicode"

	"example.com/digilocker/contract/example"
)

// Client is a generated *ClientWithResponses.
type Client struct{ value reflect.Value }

// NewClient wraps a generated *ClientWithResponses.
func NewClient(client any) Client { return Client{reflect.ValueOf(client)} }

// Result is what a generated method returned: a *GetStatusResponse or the like.
type Result struct{ value reflect.Value }

// Call calls the operation with the parameters, by name, and the body. A body that is nil
// is the zero value of its type, which stands for a request that nobody documented.
// Parameters that the document does not declare are an error, and so is a body that the
// method has no place for.
func (c Client) Call(ctx context.Context, op example.Operation, params map[string]json.RawMessage, body json.RawMessage) (Result, error) {
	method, err := c.method(op.ID)
	if err != nil {
		return Result{}, err
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
				return Result{}, err
			}
		default:
			text, body = body, nil
		}
		arg := reflect.New(t)
		if text == nil { // no request is documented: the zero value is sent
			args = append(args, arg.Elem())
			continue
		}
		if err := json.Unmarshal(text, arg.Interface()); err != nil {
			return Result{}, fmt.Errorf("%s: argument %d of %s takes no %s: %w", op.ID, i, t, text, err)
		}
		args = append(args, arg.Elem())
	}
	if body != nil {
		return Result{}, fmt.Errorf("%s: the generated method takes no body", op.ID)
	}
	out := method.Call(args)
	if err, failed := out[1].Interface().(error); failed {
		return Result{}, err
	}
	return Result{out[0].Elem()}, nil
}

// method finds <OperationId>WithResponse, as the generator wrote it: with letters and
// digits alone, and in a case of its own choice.
func (c Client) method(operation string) (reflect.Value, error) {
	if !c.value.IsValid() {
		return reflect.Value{}, fmt.Errorf("%s: there is no client: its New returned nil", operation)
	}
	want := operation + "WithResponse"
	for i := range c.value.NumMethod() {
		if plainName(c.value.Type().Method(i).Name) == plainName(want) {
			return c.value.Method(i), nil
		}
	}
	return reflect.Value{}, fmt.Errorf("%s: the generated client has no method %s", operation, want)
}

// plainName is a name in lower case, without what cannot stand in one of Go's.
func plainName(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name))
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

// Status of the HTTP answer.
func (a Result) Status() int {
	return a.value.FieldByName("HTTPResponse").Interface().(*http.Response).StatusCode
}

// Typed returns the one field, JSON200 or JSONDefault, that holds the decoded
// answer, or an error if none or several do.
func (a Result) Typed() (string, any, error) {
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
func Field(e example.Entry) string {
	switch {
	case e.Range != 0:
		return fmt.Sprintf("JSON%dXX", e.Range)
	case e.Status == 0:
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

// CheckAnswer says what is wrong with how the client read the entry: it must
// stand in the field of its status and hold all that the example says.
func CheckAnswer(doc *example.Document, e example.Entry, a Result) []example.Fault {
	field, value, err := a.Typed()
	if err != nil {
		return []example.Fault{{Want: Field(e), Got: err.Error()}}
	}
	if field != Field(e) {
		return []example.Fault{{Want: Field(e), Got: field}}
	}
	return CheckValue(doc, e, value)
}

// CheckValue says what a decoded value lost or added of the entry. A union is
// judged by the branch that the request chose.
func CheckValue(doc *example.Document, e example.Entry, value any) []example.Fault {
	if e.Branch() != "" {
		concrete, err := Branch(value, doc.GoName(e.Branch()))
		if err != nil {
			return []example.Fault{{Want: "the branch " + e.Branch(), Got: err.Error()}}
		}
		value = concrete
	}
	back, err := json.Marshal(value)
	if err != nil {
		return []example.Fault{{Want: "a value that can be written", Got: err.Error()}}
	}
	return append(example.Compare(e.Value, back), lostInVariants(reflect.ValueOf(value), "")...)
}
