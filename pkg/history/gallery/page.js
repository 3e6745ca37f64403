
"use strict"
const cards = [...document.querySelectorAll("#pictures > figure")]
const texts = cards.map(card => [...card.querySelectorAll(".prompt, .name")].map(part => part.textContent).join("\n").toLowerCase())
const words = document.getElementById("words"), found = document.getElementById("found")

function search() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean)
  let count = 0
  cards.forEach((card, i) => {
    card.hidden = !wanted.every(word => texts[i].includes(word))
    count += card.hidden ? 0 : 1
  })
  found.textContent = wanted.length ? `${count} of ${cards.length}` : `${cards.length} pictures`
}

// The text is selected whatever happens, so that it can be copied by hand
// where a browser keeps the clipboard from pages on the disk.
async function copy(button) {
  const code = button.parentElement.querySelector("code")
  getSelection().selectAllChildren(code)
  try {
    await navigator.clipboard.writeText(code.textContent)
    button.textContent = "Copied"
  } catch {
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected"
  }
}

document.getElementById("search").hidden = false
document.getElementById("search").addEventListener("submit", event => event.preventDefault())
words.addEventListener("input", search)
document.querySelectorAll(".copy").forEach(button => button.hidden = false)
document.getElementById("pictures").addEventListener("click", event => {
  if (event.target.matches(".copy")) copy(event.target)
})
search()
