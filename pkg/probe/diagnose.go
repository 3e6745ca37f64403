package probe

// Diagnose puts the results of a run into plain words, by the decision table.
func Diagnose(results []Result) Diagnosis {
	return Diagnosis{Findings: []Finding{}, Routes: []Ability{}}
}
