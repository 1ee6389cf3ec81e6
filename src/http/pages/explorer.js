// Sends what is written on the page to this server, and shows what it answers.
const part = (id) => document.getElementById(id);

const showExample = () => { part("query").value = part("example").value; };
part("example").addEventListener("change", showExample);
showExample();

function headers() {
  const all = new Headers({ "Content-Type": "application/json" });
  for (const line of part("headers").value.split("\n")) {
    const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (name) all.set(name, value);
  }
  const token = part("token").value.trim();
  if (token) all.set("Authorization", `Bearer ${token}`);
  return all;
}

async function send() {
  const variables = JSON.parse(part("variables").value.trim() || "{}");
  const body = JSON.stringify({ query: part("query").value, variables });
  const began = performance.now();
  const response = await fetch("/graphql", { method: "POST", headers: headers(), body });
  const text = await response.text();
  const took = Math.round(performance.now() - began);
  part("status").textContent = `Status ${response.status}, after ${took} milliseconds.`;
  part("answer").textContent = JSON.stringify(JSON.parse(text), null, 2);
}

document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send().catch((error) => {
    part("status").textContent = `It was not sent, or could not be read: ${error.message}`;
    part("answer").textContent = "";
  });
});
