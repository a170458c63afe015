// Command own gets a document of your own from Setu, and writes the file that was signed to document.xml.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net/url"
	"os"
	"strings"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/setu"
	"example.com/digilocker/adapters/wire"
)

func main() {
	provider, err := setu.New(cmp.Or(os.Getenv("SETU_BASE_URL"), setu.Sandbox), setu.Credentials{
		ClientID:          os.Getenv("SETU_CLIENT_ID"),
		ClientSecret:      kyc.Hide(os.Getenv("SETU_CLIENT_SECRET")),
		ProductInstanceID: os.Getenv("SETU_PRODUCT_INSTANCE_ID"),
	}, setu.Options{}) // no Verify: there is no anchor yet
	if err != nil {
		log.Fatal(err)
	}
	file, err := fetch(context.Background(), provider, wire.Downloader{}, you)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("document.xml", file, 0o600); err != nil {
		log.Fatal(err)
	}
}

// fetch goes one journey, on which visit sends the user, and downloads the signed file of what is shared.
func fetch(ctx context.Context, p kyc.Provider, files wire.Downloader, visit visitor) ([]byte, error) {
	consent, err := p.Start(ctx, kyc.StartRequest{
		Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: "https://shop.example/back",
	})
	if err != nil {
		return nil, err
	}
	back, err := visit(ctx, consent.URL.Reveal())
	if err != nil {
		return nil, err
	}
	said, err := kyc.Complete(ctx, p, consent.Ref, back)
	if err != nil {
		return nil, err
	}
	got, err := kyc.WaitFetch(ctx, p, said.Ref, kyc.Aadhaar, kyc.Waiting{Last: consent, Return: said})
	if err != nil {
		return nil, err
	}
	if got.Record.File == nil {
		return nil, errors.New("the provider hands out no signed file")
	}
	if content := got.Record.File.Content; !content.IsZero() {
		return content.Bytes(), nil
	}
	file, err := files.Get(ctx, got.Record.File.Link.Reveal(), got.Record.File.ExpiresAt)
	if err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}

// visitor opens the address of a consent page, and returns the one to which the user is sent back.
type visitor func(ctx context.Context, address string) (*url.URL, error)

// you are a visitor with a browser. Nothing is at the address where it ends, so that nobody sees that but you.
func you(_ context.Context, address string) (*url.URL, error) {
	fmt.Printf("Open %s\nand allow. Then paste the address where the browser ends, which shows no page:\n", address)
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return nil, err
	}
	return url.Parse(strings.TrimSpace(line))
}
