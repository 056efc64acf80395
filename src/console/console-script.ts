/**
 * The one script of the console. Every page works without it: it tells that something new is there, keeps a button from
 * being pressed twice, and copies commands.
 */
export const CONSOLE_SCRIPT = `'use strict';
(() => {
  const mark = document.documentElement.dataset.mark;
  const news = document.getElementById('news');
  let asked = 0;
  const say = (text, name) => {
    const link = document.createElement('a');
    link.href = location.pathname + location.search;
    link.textContent = name;
    news.replaceChildren(text, link);
  };
  // Whoever sits before a page that no longer looks has to know it.
  const stop = () => {
    if (news.firstChild === null) say('This page no longer looks for news. ', 'Reload it');
  };
  const ask = async () => {
    if (document.hidden || news.firstChild !== null) return;
    asked += 1;
    if (asked > 240) return stop();
    try {
      const answer = await fetch(location.pathname + location.search, { method: 'HEAD', cache: 'no-store', redirect: 'error' });
      const newest = answer.headers.get('x-guestlist-mark');
      if (!answer.ok || newest === null) return stop();
      if (newest !== mark) say('Something new is here. ', 'Reload to see it');
    } catch {
      stop();
    }
  };
  if (mark) {
    setInterval(ask, 30000);
    document.addEventListener('visibilitychange', () => {
      asked = 0;
      ask();
    });
  }

  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent === 'yes') event.preventDefault();
      form.dataset.sent = 'yes';
      const button = form.querySelector('button');
      button.setAttribute('aria-disabled', 'true');
      button.textContent = 'Working on it…';
    });
  }
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });

  for (const block of document.querySelectorAll('main section pre > code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(block.textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(block);
        button.textContent = 'Selected';
      }
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    block.parentElement.before(button);
  }
})();
`;
