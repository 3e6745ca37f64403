package credstore

import (
	"context"
	"os"
)

// Remove takes away a profile with everything that it has in every store; its
// lock file stays. A profile that does not exist is no error.
func (p *Profiles) Remove(ctx context.Context, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	list, err := p.readIndex()
	if err != nil {
		return err
	}
	entry, ok := list.Profiles[name]
	if !ok {
		return nil
	}
	store := p.store(name, entry.Store)
	unlock, err := store.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if list, err = p.readIndex(); err != nil {
		return err
	}
	entry = list.Profiles[name]
	for _, kind := range with(entry.Also, entry.Store) {
		if kind.check() != nil {
			continue // removed meanwhile
		}
		if err := p.store(name, kind).remove(ctx); err != nil {
			return err
		}
	}
	_ = os.Remove(p.profileFolder(name)) // empty by now
	return p.update(ctx, func(list *index) error {
		list.forget(name)
		return nil
	})
}

func (list *index) forget(name string) {
	delete(list.Profiles, name)
	if list.Current == name {
		list.Current = ""
	}
}
