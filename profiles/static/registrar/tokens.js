/* Forms are sent with the token of the session as it is now: who logged in anew in another tab
   would otherwise be refused, and lose what they typed. */
"use strict";

(() => {
  const NAME = "csrfmiddlewaretoken";

  const renew = () => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (!token) return;
    for (const input of document.querySelectorAll(`input[name=${NAME}]`)) input.value = token;
  };

  addEventListener("focus", renew);
  document.addEventListener("submit", renew, { capture: true });
})();
