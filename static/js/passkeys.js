/* Passkeys: a form with data-passkey is shown where the browser knows them, and sent with what the device answers.

   The options come with the page, or are asked for (data-ask) when they are needed. Needs webauthn-json.js. */
(function () {
  "use strict";

  var said = document.querySelector("[data-passkey-said]");

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

  function ask(form) {
    if (form.dataset.asking) return;
    form.dataset.asking = "yes";
    said.textContent = said.dataset.passkeyWaiting;
    options(form).then(function (asked) {
      return form.dataset.passkey === "create" ? window.webauthnJSON.create(asked) : window.webauthnJSON.get(asked);
    }).then(function (credential) {
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    }).catch(function () {
      delete form.dataset.asking;
      said.textContent = said.dataset.passkeySaid;
    });
  }

  if (!said || !window.webauthnJSON || !window.PublicKeyCredential) return;
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    if (form.querySelector("button")) form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      ask(form);
    });
  });
  document.querySelectorAll("a[data-passkey-form]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      ask(document.getElementById(link.dataset.passkeyForm));
    });
  });
  document.querySelectorAll("[data-passkey-cannot]").forEach(function (note) {
    note.hidden = true;
  });
}());
