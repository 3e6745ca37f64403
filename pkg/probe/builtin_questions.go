package probe

// Names that the runner knows.
const (
	nameModels        = "models"
	nameUsage         = "usage"
	nameImagesControl = "images-control"
	nameEditsControl  = "edits-control"
	nameForced        = "hosted-forced"
	nameOtherCarrier  = "hosted-other-carrier"
	nameAuto          = "hosted-auto"
	nameBogus         = "hosted-bg-bogus"
	nameSize          = "images-size-1536x1024"
)

// questions are GETs: they cost nothing and tell who is asking.
func questions() []Variant {
	return []Variant{
		{Name: nameModels, Cost: Free, Tags: tags(TagQuestion), Expected: expect(Answered), Refused: true,
			Purpose: "Is the login good, and which chat models could carry the hosted tool?",
			Evidence: []Source{
				seen("2026-09", "CLI#5653", "the catalogue never lists image models; a low client_version hides chat models"),
				seen("2026-10-08", "OMPT", "answered for a third-party originator"),
			}},
		{Name: nameUsage, Cost: Free, Tags: tags(TagQuestion), Expected: expect(Answered), Refused: true,
			Purpose: "Which plan is it, and what is left of its windows? A free plan has no image tool.",
			Evidence: []Source{
				seen("2026-04-25", "CLI#3036", "Free accounts get text or SVG instead of an image"),
				seen("2026-10-03", "PIPI", "a daily window named imagegen_premium"),
			}},
	}
}
