package judge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// method is a method of a generated client that sends the request of an operation.
type method struct {
	value  reflect.Value
	params bool // it takes the struct of the parameters that stand beside the path
	body   bodyArgument
}

// bodyArgument is how a method takes the body of a request.
type bodyArgument int

const (
	noBody    bodyArgument = iota
	typedBody              // a value that it writes in a media type of its own
	anyBody                // a media type and a reader
)

// method finds the one that sends the request of the operation, by what it sends: it is
// called with a request editor that looks at the request and lets nothing leave. Of those for
// several media types it is the one that writes the operation's, or else takes any.
//
// A method of the operation's name is only tried first. Names alone would not do: the
// generator makes Go names of ids in a way of its own, and an id that is taken gets a number.
func (c Client) method(op example.Operation) (method, error) {
	if !c.value.IsValid() {
		return method{}, fmt.Errorf("%s: there is no client: its New returned nil", op.ID)
	}
	var takesAny *method
	var failed error
	names, own := plainMethods(c.value.Type()), document.PlainName(op.ID)+"with"
	for _, named := range []bool{true, false} {
		for i, name := range names {
			if strings.HasPrefix(name, own) != named {
				continue
			}
			m, fits := asMethod(c.value.Method(i), op)
			if !fits {
				continue
			}
			sent, err := m.probe(op)
			switch {
			case err != nil && named:
				failed = fmt.Errorf("; %s fails: %w", c.value.Type().Method(i).Name, err)
			case err != nil || !c.sends(op, sent):
			case m.body == anyBody:
				takesAny = &m
			case m.body == noBody || sent.Header.Get("Content-Type") == op.MediaType:
				return m, nil
			}
		}
		if takesAny != nil {
			return *takesAny, nil
		}
	}
	body := ""
	if op.HasBody() {
		body = " with a body of " + op.MediaType
	}
	why := ""
	if failed != nil {
		why = failed.Error()
	}
	return method{}, fmt.Errorf("%s: no method of the generated client sends %s %s%s%s",
		op.ID, op.Method, op.Path, body, why)
}

// plainMethods are the plain names of a type's methods, which are as many as the document has
// operations, and are asked for with each example.
func plainMethods(t reflect.Type) []string {
	if known, found := methodNames.Load(t); found {
		return known.([]string)
	}
	var names []string
	for i := range t.NumMethod() {
		names = append(names, document.PlainName(t.Method(i).Name))
	}
	methodNames.Store(t, names)
	return names
}

var methodNames sync.Map // []string by reflect.Type

var (
	contextType  = reflect.TypeFor[context.Context]()
	readerType   = reflect.TypeFor[io.Reader]()
	errorType    = reflect.TypeFor[error]()
	responseType = reflect.TypeFor[*http.Response]()
)

// asMethod says whether a method can be that of the operation: it takes a context, each
// parameter of the path, the struct of the others, the body and request editors, and returns
// a struct with the HTTP answer in it.
func asMethod(value reflect.Value, op example.Operation) (method, bool) {
	t := value.Type()
	if !t.IsVariadic() || t.NumOut() != 2 || t.Out(1) != errorType || t.In(0) != contextType {
		return method{}, false
	}
	if out := t.Out(0); out.Kind() != reflect.Pointer || out.Elem().Kind() != reflect.Struct {
		return method{}, false
	} else if answer, has := out.Elem().FieldByName("HTTPResponse"); !has || answer.Type != responseType {
		return method{}, false
	}
	m := method{value: value}
	next, editors := 1+len(op.PathParameters()), t.NumIn()-1
	if next < editors && t.In(next).Kind() == reflect.Pointer && t.In(next).Elem().Kind() == reflect.Struct {
		m.params = true
		next++
	}
	switch {
	case next == editors:
		m.body = noBody
	case next+1 == editors:
		m.body = typedBody
	case next+2 == editors && t.In(next).Kind() == reflect.String && t.In(next+1) == readerType:
		m.body = anyBody
	default:
		return method{}, false
	}
	return m, (m.body != noBody) == op.HasBody()
}

// call calls the method. A panic in it is a fault of the client, and is told as one.
func (m method) call(args []reflect.Value) (out []reflect.Value, err error) {
	defer func() {
		if said := recover(); said != nil {
			err = fmt.Errorf("the generated method panics: %v", said)
		}
	}()
	return m.value.Call(args), nil
}

// errProbed stops a call whose request was looked at.
var errProbed = errors.New("the request was looked at")

// fill puts something into a parameter of the path, and into what stands in it as many levels
// deeper: without anything, some styles write a mere dot, which goes when the URL is resolved.
func fill(v reflect.Value, deeper int) {
	switch kind := v.Kind(); {
	case kind == reflect.String:
		v.SetString("parameter")
	case kind == reflect.Interface && v.NumMethod() == 0:
		v.Set(reflect.ValueOf("parameter"))
	case kind == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), deeper)
	case deeper == 0:
	case kind == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), deeper-1)
	case kind == reflect.Map:
		name, member := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(name, deeper-1)
		fill(member, deeper-1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(name, member)
	case kind == reflect.Struct:
		for i := range v.NumField() {
			if field := v.Field(i); field.CanSet() {
				fill(field, deeper-1)
			}
		}
	}
}

// probe is the request that a method would send with nothing in it but in its path.
func (m method) probe(op example.Operation) (sent *http.Request, err error) {
	t := m.value.Type()
	look := func(_ context.Context, r *http.Request) error {
		sent = r
		return errProbed
	}
	editor := t.In(t.NumIn() - 1).Elem()
	if !reflect.TypeOf(look).ConvertibleTo(editor) {
		return nil, fmt.Errorf("%s edits no request", editor)
	}
	args := []reflect.Value{reflect.ValueOf(context.Background())}
	for i := 1; i < t.NumIn()-1; i++ {
		arg := reflect.New(t.In(i)).Elem()
		switch {
		case arg.Type() == readerType:
			arg.Set(reflect.ValueOf(http.NoBody))
		case i <= len(op.PathParameters()):
			fill(arg, 1)
		}
		args = append(args, arg)
	}
	out, err := m.call(append(args, reflect.ValueOf(look).Convert(editor)))
	switch {
	case err != nil:
		return nil, err
	case sent == nil:
		err, _ = out[1].Interface().(error)
		return nil, fmt.Errorf("it makes no request: %w", err)
	}
	return sent, nil
}

// sends says whether a request is one of the operation: by its method, its path below the
// server's, and what the document writes behind the path.
func (c Client) sends(op example.Operation, sent *http.Request) bool {
	path, query, fragment := behindPath(op.Path)
	if sent.Method != op.Method || sent.URL.Fragment != fragment {
		return false
	}
	for name, values := range query {
		if fmt.Sprint(sent.URL.Query()[name]) != fmt.Sprint(values) {
			return false
		}
	}
	var b strings.Builder
	b.WriteString("^" + regexp.QuoteMeta(c.base))
	last := 0
	for _, at := range inBraces.FindAllStringIndex(path, -1) {
		b.WriteString(regexp.QuoteMeta(literal(path[last:at[0]])) + "[^/]*")
		last = at[1]
	}
	b.WriteString(regexp.QuoteMeta(literal(path[last:])) + "$")
	return regexp.MustCompile(b.String()).MatchString(sent.URL.EscapedPath())
}

var inBraces = regexp.MustCompile(`\{[^{}]+\}`)

// behindPath takes the query and the fragment off a path, which some documents write there to
// tell operations apart.
func behindPath(path string) (bare string, query url.Values, fragment string) {
	path, fragment, _ = strings.Cut(path, "#")
	path, rest, _ := strings.Cut(path, "?")
	query, err := url.ParseQuery(rest)
	if err != nil {
		query = url.Values{} // no client can send it, and none is found
	}
	return path, query, fragment
}

// literal is a part of a path as it travels, which a document may have written so already.
func literal(part string) string {
	if plain, err := url.PathUnescape(part); err == nil {
		part = plain
	}
	return (&url.URL{Path: part}).EscapedPath()
}
