// Shows the API's own description. A file, since the page's policy lets no inline script run.
"use strict";

const page = document.getElementById("api");

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

// The schemas use nothing but JSON Schema 2020-12, so the warning about that dialect is beside
// the point.
const dialectWithoutWarning = { wrapComponents: { JsonSchemaDialect: () => () => null } };

window.ui = SwaggerUIBundle({
  domNode: page,
  url: page.dataset.schema,
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
});
