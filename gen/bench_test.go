package gen_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/document/documenttest"
	"example.com/digilocker/specs/overlay"
)

// How the generator's work grows, with the settings of the clients here.
func BenchmarkGenerate(b *testing.B) {
	all, err := filepath.Glob("*api/cfg.yaml")
	if err != nil || len(all) == 0 {
		b.Fatal(all, err)
	}
	settings, err := os.ReadFile(all[0])
	if err != nil {
		b.Fatal(err)
	}
	var cfg codegen.Configuration
	if err := yaml.Unmarshal(settings, &cfg); err != nil {
		b.Fatal(err)
	}
	documenttest.Grow(b, func(b *testing.B, _ int, folder string) {
		root, _, err := overlay.Effective(filepath.Join(folder, "specs", documenttest.Provider))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			doc, err := openapi3.NewLoader().LoadFromData(document.JSON(root))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := codegen.Generate(doc, cfg); err != nil {
				b.Fatal(err)
			}
		}
	})
}
