// Package umbra describes Umbra, an invented provider, to the contract suite.
package umbra

import (
	"net/http"

	"example.com/digilocker/contract/provider"
	"example.com/digilocker/gen/umbraapi"
)

// Provider is the description.
var Provider = provider.Provider{
	Name: "umbra", Document: umbraapi.OpenAPI,
	Client: &provider.Client{
		New: func(base string, hc *http.Client) (any, error) {
			return umbraapi.NewClientWithResponses(base, umbraapi.WithHTTPClient(hc))
		},
	},
}
