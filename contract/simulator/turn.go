package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"

	"example.com/digilocker/contract/example"
)

// Turn is where a page of the provider's own leads its user: on to an address, or to a page of the
// simulator that says something.
type Turn struct {
	// To is the address, such as a journey's ConsentURL; "" for the page.
	To string
	// Status is that of the page, by default 200, and Title and Text are what it says.
	Status      int
	Title, Text string
}

// onPage is how the name of a page is written: a method and a path.
var onPage = regexp.MustCompile(`^(GET|POST) (/\S*)$`)

// checkPages says what is wrong with the names of the pages.
func (b *Behaviour) checkPages() error {
	for _, name := range slices.Sorted(maps.Keys(b.Pages)) {
		if !onPage.MatchString(name) {
			return fmt.Errorf("Behaviour.Pages has %q; a page is called by its method and its path, "+
				"such as \"GET /authorize\"", name)
		}
	}
	return nil
}

// routes are the operations but for those that a page answers, and the pages, each as an operation
// that has the page's name for its id.
func (s *Service) routes() []example.Operation {
	all := slices.DeleteFunc(slices.Clone(s.operations), func(op example.Operation) bool {
		return s.behaviour.Pages[op.Method+" "+op.Path] != nil
	})
	for _, name := range slices.Sorted(maps.Keys(s.behaviour.Pages)) {
		m := onPage.FindStringSubmatch(name)
		all = append(all, example.Operation{ID: name, Method: m[1], Path: m[2]})
	}
	return all
}

// turn answers a request to a page.
func (s *Service) turn(op example.Operation, page func(*Exchange) Turn, w http.ResponseWriter, r *http.Request) {
	x := &Exchange{Service: s, Operation: op, Request: r, Now: s.sim.Now(), Query: r.URL.Query()}
	if !x.read(w, maxBody) {
		return
	}
	t := page(x)
	if t.To == "" {
		s.sim.show(w, cmp.Or(t.Status, http.StatusOK), "message", note{t.Title, t.Text})
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Location", t.To)
	w.WriteHeader(http.StatusSeeOther)
}
