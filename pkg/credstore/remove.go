package credstore

import (
	"cmp"
	"context"
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
	if entry, ok = list.Profiles[name]; !ok {
		return nil // removed meanwhile
	}
	// All are tried: one that does not answer keeps no other login.
	for _, kind := range with(entry.Also, entry.Store) {
		err = cmp.Or(err, p.store(name, kind).remove(ctx))
	}
	if err != nil {
		return err
	}
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
