// Package doctor examines the published examples of a provider: which of them break the schema
// that was published with them, and what in the overlay mends them.
package doctor

import (
	"fmt"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// Diagnose examines the provider in the folder specs.
func Diagnose(specs, provider string) (*example.Diagnosis, error) {
	dir := filepath.Join(specs, provider)
	published, err := document.Read(filepath.Join(dir, "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	effective, o, err := overlay.Effective(dir)
	if err != nil {
		return nil, err
	}
	after, err := examine(provider, effective)
	if err != nil {
		return nil, err
	}
	before, unreadable := examinePublished(provider, published)
	d := &example.Diagnosis{Provider: provider, Published: len(before.Order), Effective: len(after.Order),
		Broken: before.Broken(), Unreadable: unreadable}
	if err := findMenders(provider, published, o, d.Broken, before.ShownBy); err != nil {
		return nil, err
	}
	for _, at := range after.Order {
		if len(after.Faults[at]) > 0 {
			d.StillBroken = append(d.StillBroken, at)
		}
	}
	return d, nil
}

func examine(provider string, root *yaml.Node) (*example.Examined, error) {
	doc, err := example.NewPublished(provider, root)
	if err != nil {
		return nil, err
	}
	return doc.Examine(), nil
}

// examinePublished is examine for a document that may have faults of any kind: what they
// keep from being read is left out, operation by operation, and told with the reason.
func examinePublished(provider string, root *yaml.Node) (all *example.Examined, unreadable []string) {
	all, err := examine(provider, root)
	if err == nil {
		return all, nil
	}
	all = example.NewExamined()
	r := newReferences(root)
	for _, operation := range operationsOf(root) {
		x, err := examine(provider, cutTo(root, r.parts(operation)))
		if err != nil {
			unreadable = append(unreadable, strings.ReplaceAll(fmt.Sprintf("%s: %v", operation, err), "\n", " "))
			continue
		}
		for _, pointer := range x.Order {
			all.Add(pointer, x.ShownBy[pointer], x.Faults[pointer])
		}
	}
	return all, unreadable
}
