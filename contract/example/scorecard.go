package example

import (
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// Card counts how far a provider's documents can be relied on. Each number comes with its
// evidence.
type Card struct {
	Provider string `json:"provider"`
	// Broken are the pointers of the published examples that break the schema
	// published with them, of so many Published.
	Broken    []string `json:"broken"`
	Published int      `json:"published"`
	// Prose are the answers whose status is documented in prose only: the overlay
	// adds them to what is published for machines.
	Prose []ProseStatus `json:"prose"`
	// Contradictions are the ids of the differences between two publications or more.
	Contradictions []string `json:"contradictions"`
	// Pinned are the ids of the differences that a spec shows, of so many Numbered.
	Pinned   []string `json:"pinned"`
	Numbered int      `json:"numbered"`
	// Untested are those that no spec can show.
	Untested []string `json:"untested"`
}

// ProseStatus is a documented status of an operation.
type ProseStatus struct {
	Operation string `json:"operation"`
	Status    string `json:"status"`
}

// CardOf is the card of the provider whose effective document d is. specs is the folder of
// what is published, doctor what the example doctor says of it.
func CardOf(specs string, d *Document, doctor *Diagnosis, list Differences) (Card, error) {
	c := Card{
		Provider: d.Provider, Published: doctor.Published, Numbered: len(list),
		Broken: []string{}, Prose: []ProseStatus{}, Contradictions: []string{}, Pinned: []string{}, Untested: []string{},
	}
	for _, b := range doctor.Broken {
		c.Broken = append(c.Broken, b.Pointer)
	}
	for _, one := range list {
		if len(one.Sources) > 1 {
			c.Contradictions = append(c.Contradictions, one.ID)
		}
		if one.Untested == "" {
			c.Pinned = append(c.Pinned, one.ID)
		} else {
			c.Untested = append(c.Untested, one.ID)
		}
	}
	published, err := document.Read(filepath.Join(specs, d.Provider, "openapi.yaml"))
	if err != nil {
		return Card{}, err
	}
	for _, op := range d.Operations {
		told := publishedStatuses(published, op)
		for _, status := range op.Statuses() {
			if status != "default" && !slices.Contains(told, status) {
				c.Prose = append(c.Prose, ProseStatus{op.ID, status})
			}
		}
	}
	return c, nil
}

// publishedStatuses are the statuses that the document at root has for the operation.
func publishedStatuses(root *yaml.Node, op Operation) []string {
	node := document.At(root, document.Pointer("/paths", op.Path, strings.ToLower(op.Method), "responses"))
	var all []string
	for status := range document.Members(node) {
		all = append(all, status)
	}
	return all
}
