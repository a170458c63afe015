package example_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/specs/document/documenttest"
	"example.com/digilocker/specs/overlay"
)

// What it costs to take the documents of all providers apart, beside parsing them
// as YAML.
func BenchmarkLoad(b *testing.B) {
	b.Run("by=yaml", func(b *testing.B) {
		for b.Loop() {
			for _, p := range providers.All {
				if err := yaml.Unmarshal(p.Document, new(yaml.Node)); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("by=examples", func(b *testing.B) {
		for b.Loop() {
			documented(b)
		}
	})
}

// documented are the documents of all providers.
func documented(b *testing.B) []*example.Document {
	b.Helper()
	var docs []*example.Document
	for _, p := range providers.All {
		d, err := p.Parse()
		if err != nil {
			b.Fatal(err)
		}
		docs = append(docs, d)
	}
	return docs
}

// How that grows.
func BenchmarkTakeApart(b *testing.B) {
	documenttest.Grow(b, func(b *testing.B, n int, folder string) {
		root, _, err := overlay.Effective(filepath.Join(folder, "specs", documenttest.Provider))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			d, err := example.New(documenttest.Provider, root)
			if err != nil || len(d.Entries) != n*(documenttest.Examples+1) { // the overlay adds one
				b.Fatal(err)
			}
		}
	})
}

// What it costs to check the documented examples against their schemas, beside
// decoding them.
func BenchmarkSchema(b *testing.B) {
	docs := documented(b)
	var size int64
	for _, d := range docs {
		for _, e := range d.Entries {
			size += int64(len(e.Value))
		}
	}
	each := func(b *testing.B, do func(*example.Document, example.Entry) bool) {
		b.SetBytes(size)
		for b.Loop() {
			for _, d := range docs {
				for _, e := range d.Entries {
					if !do(d, e) {
						b.Fatal(e.ID)
					}
				}
			}
		}
	}
	b.Run("by=decoding", func(b *testing.B) {
		each(b, func(_ *example.Document, e example.Entry) bool { return json.Unmarshal(e.Value, new(any)) == nil })
	})
	b.Run("by=schema", func(b *testing.B) {
		each(b, func(d *example.Document, e example.Entry) bool { return d.CheckSchema(e) == nil })
	})
}
