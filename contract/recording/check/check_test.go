package check

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/providers"
)

func TestCheck(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "contract/recording/check")
}

// recording is one of an invented provider, as package record writes it.
const recording = `# Recorded by make record, and never edited: see recorded_from for what answered.
example: acme/getDocument/200/pan
recorded_from: simulator
recorded: "2026-11-21"
document: f6847bb1204e4059d9eabacbb8cccd68730da71264859b7153d4c45e34b9279e
exchanges:
  - request:
      method: GET
      path: /document/PAN
      header:
        X-Client-Id: redacted
    answer:
      status: 200
      header:
        Content-Type: application/json
      body:
        json: |-
          {
            "reference_id": 7480001,
            "pan": "XXXXX0000X",
            "name_on_pan": "FAKENAMEA PERSON"
          }
`

var _ = Describe("The check of the fixtures", func() {
	var out, errs bytes.Buffer
	BeforeEach(func() { out.Reset(); errs.Reset() })

	It("finds nothing in those that are kept", func() {
		GinkgoT().Chdir("../../..")
		Expect(Run(context.Background(), nil, nil, &out, &errs)).To(Equal(0), out.String())
		Expect(out.String()).To(MatchRegexp(`^\d+ fixtures hold no secret`))
	})

	It("is content where nothing is recorded yet, unless it was told to look there", func() {
		GinkgoT().Chdir(GinkgoT().TempDir())
		Expect(os.MkdirAll("contract/provider/acme", 0o700)).To(Succeed())
		Expect(Run(context.Background(), nil, nil, &out, &errs)).To(Equal(0), errs.String())
		Expect(out.String()).To(HavePrefix("0 fixtures hold no secret"))
		Expect(Run(context.Background(), []string{"contract/provider/acme"}, nil, &out, &errs)).To(Equal(2))
		Expect(errs.String()).To(ContainSubstring("contract/provider/acme has no fixtures"))
	})

	It("names file, line and kind of what redaction has missed, and does not show it", func() {
		dir := GinkgoT().TempDir()
		Expect(os.Mkdir(filepath.Join(dir, "fixtures"), 0o700)).To(Succeed())
		write := func(pan string) {
			text := strings.Replace(recording, "XXXXX0000X", pan, 1)
			Expect(os.WriteFile(filepath.Join(dir, "fixtures", "pan.yaml"), []byte(text), 0o600)).To(Succeed())
		}
		write("XXXXX0000X")
		Expect(Run(context.Background(), []string{dir}, nil, &out, &errs)).To(Equal(0), out.String())
		out.Reset()
		write("BNZPK4821Q")
		Expect(Run(context.Background(), []string{dir}, nil, &out, &errs)).To(Equal(1))
		Expect(out.String()).To(MatchRegexp(`^\S+pan\.yaml:20: pan\n$`))
		Expect(out.String() + errs.String()).NotTo(ContainSubstring("BNZPK"))
		Expect(errs.String()).To(ContainSubstring("make record"))
	})

	// What is known by its form, and what stays, is not here.
	secrets := map[string]string{
		"address": "1 Main", "credential": "hunter2hunter", "signature": "hunter2hunter", "mobile": "9876543219", "name": "Max Roe",
		"birth": "17-03-1990", "pin": "560001", "digilocker-id": "8aa626bf-34aa-5ffc-a123-f69207e129a7",
	}
	for _, p := range providers.All {
		It("knows what a provider calls secret, in its folder alone", Label(p.Name), func() {
			dir := GinkgoT().TempDir()
			want := []string{}
			for kind, names := range p.Hidden {
				for _, name := range names {
					if secrets[kind] == "" {
						continue
					}
					text := strings.Replace(recording, "X-Client-Id: redacted", name+`: "`+secrets[kind]+`"`, 1)
					for _, folder := range []string{p.Name, "acme"} {
						file := filepath.Join(dir, folder, "fixtures", "getDocument", name+".yaml")
						Expect(os.MkdirAll(filepath.Dir(file), 0o700)).To(Succeed())
						Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
						// A number in an id is one of nobody's, unless it is known whose.
						if folder == p.Name || kind == "mobile" && !strings.HasSuffix(name, "id") {
							want = append(want, file+":11: "+kind)
						}
					}
				}
			}
			if len(want) == 0 {
				Skip("it hides nothing that has no form")
			}
			Expect(Run(context.Background(), []string{dir}, nil, &out, &errs)).To(Equal(1))
			Expect(strings.Split(strings.TrimSpace(out.String()), "\n")).To(ConsistOf(want))
		})
	}

	It("does not take an empty folder for a clean one", func() {
		Expect(Run(context.Background(), []string{GinkgoT().TempDir()}, nil, &out, &errs)).To(Equal(2))
		Expect(Run(context.Background(), []string{"no-such-folder"}, nil, &out, &errs)).To(Equal(2))
		Expect(Run(context.Background(), []string{"a", "b"}, nil, &out, &errs)).To(Equal(2))
	})
})
