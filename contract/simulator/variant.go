package simulator

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Variant is an answer that no example of the document shows: one that integrators have met and
// nobody has published, or one of which a publication has the code alone. It is never the default:
// a Fault of its name brings it about, or a request that prefers it.
type Variant struct {
	// Says is where the variant comes from and what it is, in a short sentence.
	Says string
	// Answers are the replies, by operationId; nil: the request is none that the variant
	// concerns, and gets its ordinary answer.
	Answers map[string]func(*Exchange) *Reply
}

// slugOf is the name of a variant as a request prefers it.
func slugOf(name string) string { return strings.ReplaceAll(name, " ", "-") }

// variants are those of the operation, by name, sorted.
func (b *Behaviour) variants(operation string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(b.Variants)) {
		if b.Variants[name].Answers[operation] != nil {
			all = append(all, name)
		}
	}
	return all
}

// variant is the name of the variant that the request prefers, nil if it prefers none.
func (x *Exchange) variant(want wish) (*string, error) {
	if want.variant == "" {
		return nil, nil
	}
	var there []string
	for _, name := range x.behaviour.variants(x.Operation.ID) {
		if want.variant == name || want.variant == slugOf(name) {
			return &name, nil
		}
		there = append(there, slugOf(name))
	}
	if there == nil {
		there = []string{"none"}
	}
	return nil, fmt.Errorf("the preference variant=%q is no variant of %s, which has:\n%s",
		want.variant, x.Operation.ID, strings.Join(there, "\n"))
}

// vary is the reply of the variant with that name; nil: it does not concern the request.
func (x *Exchange) vary(name string) *Reply {
	answer := x.behaviour.Variants[name].Answers[x.Operation.ID]
	if answer == nil {
		return nil
	}
	x.varying = name
	defer func() { x.varying = "" }()
	return answer(x)
}

// Ordinary is the reply to the request without any variant: the same one however often a Variant
// asks for it, as it may have started a journey.
func (x *Exchange) Ordinary() Reply {
	if x.ordinary == nil {
		r := x.refusal()
		if r == nil {
			said := x.answer()
			r = &said
		}
		x.ordinary = r
	}
	return *x.ordinary
}

// refusal is what is wrong with the credentials of the request, nil if nothing is.
func (x *Exchange) refusal() *Reply {
	if x.behaviour.Refuse == nil {
		return nil
	}
	return x.behaviour.Refuse(x)
}

// Is says whether r is one of the examples with these ids, such as createURL/200/success.
func (r Reply) Is(ids ...string) bool {
	return r.Example != nil && slices.ContainsFunc(ids, func(id string) bool {
		return strings.HasSuffix(r.Example.entry.ID, "/"+id)
	})
}

// With is r with more values in it; nil: the member is left out.
func (r Reply) With(put Values) *Reply {
	all := Values{}
	maps.Copy(all, r.Put)
	maps.Copy(all, put)
	r.Put = all
	return &r
}

// Bytes is the body of r, nil if it has none.
func (r Reply) Bytes() []byte {
	if r.Body != nil || r.Example == nil {
		return r.Body
	}
	return r.Example.JSON(r.Put)
}

// JSON is a reply that is no example.
func JSON(status int, body []byte) *Reply {
	return &Reply{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

// Page is what a gateway answers in the place of a provider: a page in HTML.
func Page(status int) *Reply {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<html><head><title>%d %s</title></head><body><h1>%[1]d %[2]s</h1>"+
		"<p>simulated gateway</p></body></html>\n", status, http.StatusText(status))
	return &Reply{Status: status, Header: http.Header{"Content-Type": {"text/html"}}, Body: b.Bytes()}
}
