package atomicfile

// Room is what a folder's file system says is left for this user. It knows
// nothing of quotas.
type Room struct {
	Bytes   int64
	NoFiles bool // it has a number of files, and all are used
}

// Room asks how much there is; it is meant for messages, since it can change
// at any time.
func (f *Folder) Room() (Room, error) { return room(f.root) }

// Room is that of the file's folder without the file.
func (f *File) Room() (Room, error) {
	room, err := f.folder.Room()
	room.Bytes += f.written
	return room, err
}
