/* Signing with scripts: the form is sent once and its answer waited for; where none comes the page says so, keeps all
   that was typed, asks whether the form arrived, and lets Sign be pressed again. The one-time key makes it one form. */
(function () {
  "use strict";

  var WAIT = 20000; /* milliseconds without an answer after which we say that we do not know */
  var PLAIN = { Accept: "application/json" };
  var form = document.querySelector("form[data-send]");
  if (!form || !window.fetch || !window.AbortController) return;

  var button = form.querySelector(".buttons [data-sending]");
  var label = button.textContent;
  var unknown = form.querySelector("[data-unknown]");
  var answer = unknown.querySelector("[data-unknown-answer]");
  var ended = form.querySelector("[data-ended]");
  var isSending = false;
  var isLeaving = false;

  function within(url, options) {
    var abort = new AbortController();
    var timer = window.setTimeout(function () { abort.abort(); }, WAIT);
    return window
      .fetch(url, Object.assign({ credentials: "same-origin", headers: PLAIN, signal: abort.signal }, options))
      .then(function (response) {
        if (response.redirected && new URL(response.url).pathname.indexOf("/accounts/") === 0) return { ended: true };
        var kind = response.headers.get("Content-Type") || "";
        if (kind.indexOf("application/json") === 0) return response.json();
        /* A page in place of facts. What a failing server made of it nobody knows. */
        if (response.status >= 500) throw new Error("no answer");
        return response.status === 403 ? { stale: true } : null;
      })
      .finally(function () { window.clearTimeout(timer); });
  }

  function go(url) {
    isLeaving = true;
    window.location.assign(url);
  }

  function busy(is) {
    isSending = is;
    if (is) {
      button.setAttribute("aria-disabled", "true");
      button.textContent = button.dataset.sending;
    } else {
      button.removeAttribute("aria-disabled");
      button.textContent = label;
    }
  }

  function say(text) {
    answer.textContent = text;
  }

  /* Kept alive: what was pressed is sent, also by who goes on to another page at once. */
  function send() {
    return within(form.action, { method: "POST", body: new FormData(form), keepalive: true });
  }

  /* A sign-in in another tab replaced this page's token against forgery: ask for the new one, and send once more. */
  function afresh() {
    return within(form.dataset.askUrl, {}).then(function (told) {
      if (!told || !told.csrf || told.arrived) return told;
      form.querySelector("[name=csrfmiddlewaretoken]").value = told.csrf;
      return send();
    });
  }

  function signedOut() {
    busy(false);
    ended.hidden = false;
    ended.focus();
  }

  function notKnown() {
    busy(false);
    say("");
    unknown.hidden = false;
    unknown.focus();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (isSending) return;
    busy(true);
    unknown.hidden = true;
    ended.hidden = true;
    send().then(function (told) {
      return told && told.stale ? afresh() : told;
    }).then(function (told) {
      if (told && told.done) {
        go(told.done);
        return;
      }
      if (told && told.ended) {
        signedOut();
        return;
      }
      /* Nothing was stored: sent in the plain way, the page says why, at the fields that need it. */
      isLeaving = true;
      form.submit();
    }, notKnown);
  });

  unknown.querySelector("[data-ask]").addEventListener("click", function () {
    say(unknown.dataset.asking);
    within(form.dataset.askUrl, {}).then(function (told) {
      if (told && told.arrived) {
        say(unknown.dataset.arrived.replace("%s", told.number));
        go(told.done);
      } else if (told && told.ended) {
        unknown.hidden = true;
        signedOut();
      } else {
        say(told ? unknown.dataset.absent : unknown.dataset.silent);
      }
    }, function () {
      say(unknown.dataset.silent);
    });
  });

  /* Leaving with a signature typed and not sent: whoever thinks it is done is asked. Never while it is being sent. */
  function isTyped() {
    var name = form.querySelector("[name=signature_name]");
    var box = form.querySelector("[name=acknowledged]");
    return Boolean((name && name.value) || (box && box.checked));
  }

  window.addEventListener("beforeunload", function (event) {
    if (isLeaving || isSending || !isTyped()) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("pageshow", function () {
    isLeaving = false;
    busy(false);
  });
})();
