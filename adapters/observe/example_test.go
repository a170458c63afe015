package observe_test

import (
	"context"
	"log/slog"
	"os"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/observe"
)

// Each call in a log.
func Example() {
	ctx := context.Background()
	logger := slog.New(slog.NewTextHandler(os.Stdout,
		&slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "duration" { // which differ each time
				return slog.Attr{}
			}
			return a
		}}))
	provider := observe.New(kycmem.New(kycmem.Options{}), func(ctx context.Context, c observe.Call) {
		logger.LogAttrs(ctx, slog.LevelInfo, "kyc", c.Attrs()...)
	})

	consent, err := provider.Start(ctx,
		kyc.StartRequest{ID: "order-42", Documents: []kyc.Document{kyc.PAN}, ReturnTo: "https://shop.example/back"})
	if err != nil {
		panic(err)
	}
	_, _ = provider.Fetch(ctx, consent.Ref, kyc.PAN)
	// Output:
	// level=INFO msg=kyc provider="" operation="" method=Start failed=false status=0 billed="not said"
	// level=INFO msg=kyc provider=kycmem operation=Fetch method=Fetch failed=true status=0 billed="not said" kind="not ready"
}
