package main

func streamInjectors() map[string]injector {
	return map[string]injector{
		"sandbox": func(b *bench) { b.sandbox(b.with(0), b.row.With[1:]...) },
	}
}
