package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/contract/example"
)

// serveAll adds the operations and the pages of a provider. In OpenAPI a path of which a part is literal
// comes before one that has a parameter there, part by part; of two where that differs from
// part to part, such as /a/{b}/c and /a/d/{e}, an http.ServeMux takes one alone. So they are
// added in that order, and from one on that it does not take beside those before it, into the next.
func (s *Simulator) serveAll(service *Service) error {
	inOrder := slices.SortedStableFunc(slices.Values(service.routes()), func(a, b example.Operation) int {
		return cmp.Compare(shape(a.Path), shape(b.Path))
	})
	muxes := s.muxes()
	seen := map[string]bool{}
	for _, op := range inOrder {
		err := s.serve(muxes[0], service, op)
		key := op.Method + " " + shape(op.Path)
		if err != nil && !seen[key] && len(seen) > 0 {
			if muxes = muxes[1:]; len(muxes) == 0 {
				s.others = append(s.others, http.NewServeMux())
				muxes = s.others[len(s.others)-1:]
			}
			err = s.serve(muxes[0], service, op)
		}
		if err != nil {
			return fmt.Errorf("%s: %s cannot be served: %w; correct its path in the document", service.name, op.ID, err)
		}
		seen[key] = true
	}
	return nil
}

// shape is a path without the names of its parameters, which sorts behind one that has
// literal text where it has the first of them.
func shape(path string) string {
	return braces.ReplaceAllString(strings.TrimSuffix(path, "/"), "\U0010FFFF")
}

// muxes are all, in the order in which they are asked.
func (s *Simulator) muxes() []*http.ServeMux { return append([]*http.ServeMux{s.mux}, s.others...) }

// muxFor is the first one that knows the request's path with its method; else one that knows it
// with another method, which says so; else s.mux.
func (s *Simulator) muxFor(r *http.Request) *http.ServeMux {
	if len(s.others) == 0 {
		return s.mux
	}
	methods := []string{r.Method, "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
	for _, method := range methods {
		as := *r
		as.Method = method
		for _, mux := range s.muxes() {
			if _, route := mux.Handler(&as); route != "" {
				return mux
			}
		}
	}
	return s.mux
}

var (
	// notIdentifier is what net/http does not take in the name of a path parameter.
	notIdentifier = regexp.MustCompile(`[^{}/\pL\pN_]`)
	braces        = regexp.MustCompile(`\{[^{}/]*\}`)
)

// serve adds one operation. It is an error if net/http cannot tell its path from
// that of another one.
func (s *Simulator) serve(mux *http.ServeMux, service *Service, op example.Operation) (err error) {
	defer func() {
		if said := recover(); said != nil { // as http.ServeMux reports it
			err = fmt.Errorf("%v", said)
		}
	}()
	handler := service.logging(op)
	path := braces.ReplaceAllStringFunc(op.Path, func(parameter string) string {
		return notIdentifier.ReplaceAllString(parameter, "_")
	})
	pattern := op.Method + " /" + service.name + strings.TrimSuffix(path, "/")
	slash := strings.HasSuffix(op.Path, "/")
	if !slash || service.behaviour.Slash {
		mux.HandleFunc(pattern, handler)
	}
	if slash || service.behaviour.Slash {
		mux.HandleFunc(pattern+"/{$}", handler)
	}
	return nil
}
