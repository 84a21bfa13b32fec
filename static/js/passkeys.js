/* Passkeys: a form with data-passkey is shown where the browser knows them, and sent with what the device answers.

   The options come with the page, or are asked for (data-ask) when the button is pressed. Needs webauthn-json.js. */
(function () {
  "use strict";

  function options(form) {
    var held = form.querySelector("script[type='application/json']");
    if (held) return Promise.resolve(JSON.parse(held.textContent));
    return fetch(form.dataset.ask, { headers: { Accept: "application/json" } }).then(function (answer) {
      if (!answer.ok) throw new Error("no options");
      return answer.json();
    }).then(function (data) {
      return data.request_options;
    });
  }

  function ready(form) {
    var said = form.querySelector("[data-passkey-said]");
    var button = form.querySelector("button");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      button.setAttribute("aria-disabled", "true");
      said.textContent = said.dataset.passkeyWaiting;
      options(form).then(function (asked) {
        return form.dataset.passkey === "create" ? window.webauthnJSON.create(asked) : window.webauthnJSON.get(asked);
      }).then(function (credential) {
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      }).catch(function () {
        button.removeAttribute("aria-disabled");
        said.textContent = said.dataset.passkeySaid;
      });
    });
  }

  if (!window.webauthnJSON || !window.PublicKeyCredential) return;
  document.querySelectorAll("[data-passkey]").forEach(ready);
  document.querySelectorAll("[data-passkey-cannot]").forEach(function (note) {
    note.hidden = true;
  });
}());
