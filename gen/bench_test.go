package gen_test

import (
	"fmt"
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

// How the generator's work grows, with the settings of one of the clients here.
func BenchmarkGenerate(b *testing.B) {
	found, err := filepath.Glob(filepath.Join("*api", "cfg.yaml"))
	if err != nil || len(found) == 0 {
		b.Fatal("there is no settings file of a client", err)
	}
	settings, err := os.ReadFile(found[0])
	if err != nil {
		b.Fatal(err)
	}
	var cfg codegen.Configuration
	if err := yaml.Unmarshal(settings, &cfg); err != nil {
		b.Fatal(err)
	}
	for _, n := range documenttest.Sizes {
		b.Run(fmt.Sprintf("ops=%d", n), func(b *testing.B) {
			root, _, err := overlay.Effective(filepath.Join(documenttest.Write(b, n), "specs", documenttest.Provider))
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
}
