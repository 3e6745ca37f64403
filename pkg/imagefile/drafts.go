package imagefile

import (
	"errors"
	"io/fs"
)

// PublishPartial gives a whole draft its name, NAME.partial-K.EXT, and returns
// its path. K counts from 1 in the order of arrival; a number that another run
// has taken is passed over. Drafts are not forced onto the disk.
func (t *Target) PublishPartial(f *Temp) (string, error) {
	info, err := f.Check()
	if err != nil {
		return "", err
	}
	if err := f.seal(false); err != nil {
		return "", err
	}
	for err = fs.ErrExist; errors.Is(err, fs.ErrExist) && t.draft < maxNumber; {
		t.draft++
		name := draftName(t.naming.stem(t.number), t.draft, info.Format)
		if err = f.file.Publish(name); err == nil {
			f.leave()
			t.drafts = append(t.drafts, name)
			return t.place.path(name), nil
		}
	}
	return "", outputError(t.Path(), err)
}

// Newest is the path of the newest draft that is still there, or "".
func (t *Target) Newest() string {
	for i := len(t.drafts) - 1; i >= 0; i-- {
		if there, _ := t.work.folder.Taken(t.drafts[i]); there {
			return t.place.path(t.drafts[i])
		}
	}
	return ""
}

// RemovePartials removes this run's drafts.
func (t *Target) RemovePartials() error { return t.removeDrafts("") }

// KeepNewest removes this run's drafts except the newest.
func (t *Target) KeepNewest() error { return t.removeDrafts(t.Newest()) }

func (t *Target) removeDrafts(except string) error {
	var errs []error
	var kept []string
	for _, name := range t.drafts {
		if t.place.path(name) == except {
			kept = append(kept, name)
		} else if err := t.work.folder.Remove(name); err != nil {
			errs = append(errs, outputError(t.place.path(name), err))
			kept = append(kept, name)
		}
	}
	t.drafts = kept
	return errors.Join(errs...)
}
