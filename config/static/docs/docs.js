// Shows the API's own description, or that of a source. A file, since the page's policy lets no
// inline script run.
"use strict";

const page = document.getElementById("api");
const form = document.getElementById("which");
const source = document.getElementById("source");
const key = document.getElementById("key");
const told = document.getElementById("told");

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

// The schemas use nothing but JSON Schema 2020-12, so the warning about that dialect is beside
// the point.
const dialectWithoutWarning = { wrapComponents: { JsonSchemaDialect: () => () => null } };

function show(options) {
  const place = document.createElement("div");
  page.replaceChildren(place);
  window.ui = SwaggerUIBundle({
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    plugins: [dialectWithoutWarning],
    // Whoever is logged in to the admin may write with that session, if the token goes along.
    requestInterceptor: (request) => {
      const token = csrfToken();
      if (token) {
        request.headers["X-CSRFToken"] = token;
      }
      return request;
    },
    ...options,
  });
}

async function showSource() {
  told.textContent = "Reading…";
  const address = page.dataset.sourceSchema.replace("SOURCE", encodeURIComponent(source.value));
  const sent = key.value;
  let document;
  try {
    const answer = await fetch(address, { headers: sent ? { "X-API-Key": sent } : {} });
    document = await answer.json();
    if (!answer.ok) {
      told.textContent = document.message;
      return;
    }
  } catch {
    told.textContent = "There is no answer. Try again.";
    return;
  }
  // A closed group for each profile: there may be many.
  show({
    spec: document,
    docExpansion: "none",
    onComplete: () => sent && window.ui.preauthorizeApiKey("apiKey", sent),
  });
  told.textContent = `Below are the types of ${source.value}.`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `?source=${encodeURIComponent(source.value)}`);
  showSource();
});

if (!source.value) {
  show({ url: page.dataset.schema });
} else if (csrfToken()) {
  showSource(); // Somebody comes from the admin.
} else {
  told.textContent = "This needs a key that may read the source.";
  key.focus();
}
