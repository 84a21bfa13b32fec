/* The holder's pages with scripts: the countdown, the reader's own zone, one press per button. All optional. */
(function () {
  "use strict";

  var SECOND = 1000;
  var MINUTE = 60 * SECOND;

  /* Countdown. The server's clock is the one that counts: what has passed here since the page was made is added to
     the server's reading, so a wrong clock on this device changes nothing. */
  function Countdown(strip) {
    this.strip = strip;
    this.loaded = Date.now();
    this.server = Date.parse(strip.dataset.serverNow);
    this.closes = Date.parse(strip.dataset.closesAt);
    this.words = JSON.parse(strip.dataset.words);
    this.left = strip.querySelector("[data-left]");
    this.clock = strip.querySelector("[data-clock]");
    this.voice = document.querySelector("[data-voice]");
    this.spoken = null;
    this.timer = 0;
  }

  Countdown.prototype.now = function () {
    return this.server + (Date.now() - this.loaded);
  };

  Countdown.prototype.count = function (unit, n) {
    return this.words[unit][n === 1 ? 0 : 1].replace("%d", n);
  };

  Countdown.prototype.text = function (remaining) {
    var seconds = Math.floor(remaining / SECOND);
    var minutes = Math.floor(seconds / 60);
    var hours = Math.floor(minutes / 60);
    var days = Math.floor(hours / 24);
    if (days > 0) return this.count("day", days) + " " + this.count("hour", hours % 24);
    if (hours > 0) return this.count("hour", hours) + " " + this.count("minute", minutes % 60);
    if (minutes >= 10) return this.count("minute", minutes);
    if (minutes > 0) return this.count("minute", minutes) + " " + this.count("second", seconds % 60);
    return this.count("second", seconds);
  };

  Countdown.prototype.tick = function () {
    window.clearTimeout(this.timer);
    var now = this.now();
    var remaining = this.closes - now;
    if (remaining <= 0) {
      this.over();
      return;
    }
    var text = this.text(remaining);
    if (this.left.textContent !== text) this.left.textContent = text;
    if (remaining < 24 * 60 * MINUTE) this.strip.dataset.urgency = "soon";
    this.showClock(now, remaining <= 10 * MINUTE);
    this.speak(remaining, text);
    var every = remaining <= 10 * MINUTE ? SECOND : MINUTE;
    /* Never sleep past the start of the last ten minutes, nor past the end. */
    var next = Math.min(every - (now % every), remaining > 10 * MINUTE ? remaining - 10 * MINUTE : remaining);
    this.timer = window.setTimeout(this.tick.bind(this), Math.max(next, 50));
  };

  /* Read out only at these marks; the changing text itself is never read out by itself. */
  Countdown.prototype.speak = function (remaining, text) {
    var marks = this.words.marks;
    for (var i = 0; i < marks.length; i += 1) {
      if (remaining <= marks[i] * MINUTE) {
        if (this.spoken !== null && this.spoken !== marks[i]) {
          this.voice.textContent = this.words.spoken.replace("%s", text);
        }
        this.spoken = marks[i];
        return;
      }
    }
    this.spoken = 0;
  };

  Countdown.prototype.showClock = function (now, withSeconds) {
    var options = { hour: "2-digit", minute: "2-digit", hour12: false, hourCycle: "h23", timeZone: "UTC" };
    if (withSeconds) options.second = "2-digit";
    this.clock.textContent = new Intl.DateTimeFormat("en-GB", options).format(new Date(now)) + " UTC";
  };

  Countdown.prototype.over = function () {
    this.strip.dataset.urgency = "over";
    this.left.textContent = this.words.over;
    this.showClock(this.now(), false);
    var notice = document.querySelector("[data-passed]");
    if (notice && notice.hidden) {
      notice.hidden = false;
      notice.setAttribute("role", "alert");
    }
  };

  /* Every instant also in the reader's own zone, unless that is UTC or the offer's, which stand there already. */
  function addOwnZone(offerZone) {
    var own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!own || own === "UTC" || own === "Etc/UTC" || own === offerZone) return;
    var label = document.body.dataset.ownZone;
    var language = document.documentElement.lang || "en";
    var shape = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
    var here = new Intl.DateTimeFormat(language === "en-us" ? "en-GB" : language, shape);
    document.querySelectorAll("time[data-instant]").forEach(function (time) {
      var span = document.createElement("span");
      span.className = "own-time soft";
      span.textContent = " " + label.replace("%s", here.format(new Date(time.dateTime)));
      time.after(span);
    });
  }

  /* A form is sent once. The server would keep one form of two presses; the button says so at once. */
  function sendOnce(form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      var button = event.submitter || form.querySelector("[type=submit]");
      if (button) {
        button.setAttribute("aria-disabled", "true");
        if (button.dataset.sending) {
          button.dataset.label = button.textContent;
          button.textContent = button.dataset.sending;
        }
      }
    });
  }

  /* Coming back with the browser's Back button, the page must be usable again. */
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      var button = form.querySelector("[aria-disabled]");
      if (button) {
        button.removeAttribute("aria-disabled");
        if (button.dataset.label) button.textContent = button.dataset.label;
      }
    });
  });

  /* The running total of what is ticked. */
  function addUp(output) {
    var form = output.closest("form");
    var number = new Intl.NumberFormat("en-US");
    function show() {
      var count = 0;
      var shares = 0;
      form.querySelectorAll("input[data-shares]:checked").forEach(function (box) {
        count += Number(box.dataset.grants);
        shares += Number(box.dataset.shares);
      });
      var words = count === 0 ? output.dataset.none : count === 1 ? output.dataset.one : output.dataset.many;
      output.textContent = words.replace("%c", count).replace("%s", number.format(shares));
    }
    form.addEventListener("change", show);
    show();
    output.hidden = false;
  }

  var strip = document.querySelector("[data-closes-at]");
  if (strip) {
    var countdown = new Countdown(strip);
    countdown.tick();
    /* A page left asleep is right again the moment it is looked at. */
    document.addEventListener("visibilitychange", function () {
      if (!document.hidden) countdown.tick();
    });
  }
  addOwnZone(document.body.dataset.offerZone);
  document.querySelectorAll("form[data-once]").forEach(sendOnce);
  document.querySelectorAll("[data-add-up]").forEach(addUp);
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
  var summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
})();
