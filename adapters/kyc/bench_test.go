package kyc_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"example.com/digilocker/adapters/kyc"
)

// portrait is a photo of 200 KB in base64, as a signed document has it.
func portrait() string {
	return base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xff" + strings.Repeat("no picture ", 14<<10)))
}

// BenchmarkParsePhoto reads a photo beside base64 alone, which is the least that it can take.
func BenchmarkParsePhoto(b *testing.B) {
	photo := portrait()
	b.Run("by=base64", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := base64.StdEncoding.DecodeString(photo); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("by=kyc", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if kyc.ParsePhoto(photo).Bytes() == nil {
				b.Fatal("no photo")
			}
		}
	})
}
