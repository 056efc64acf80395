/** The script of the page: sorts and filters the grants. It reads and moves what is there, and makes no markup. */
export const PAGE_SCRIPT = `
'use strict';
const table = document.getElementById('grants');
if (table !== null) {
  const body = table.tBodies[0];
  const input = document.getElementById('filter');
  const shown = document.getElementById('shown');
  const rows = Array.from(body.rows);
  const valueOf = (row, place) => row.cells[place].dataset.value ?? row.cells[place].textContent;
  const filter = () => {
    const wanted = input.value.trim().toLowerCase();
    let visible = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      if (!row.hidden) visible += 1;
    }
    shown.textContent = visible + ' of ' + rows.length + ' shown';
  };
  const sort = (heading) => {
    const place = heading.cellIndex;
    const isNumber = heading.classList.contains('number');
    const order = heading.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', order);
    const sign = order === 'ascending' ? 1 : -1;
    rows.sort((one, other) => {
      const [left, right] = [valueOf(one, place), valueOf(other, place)];
      return sign * (isNumber ? Number(left) - Number(right) : left < right ? -1 : left > right ? 1 : 0);
    });
    body.append(...rows);
  };
  for (const heading of table.tHead.rows[0].cells) {
    heading.querySelector('button').addEventListener('click', () => sort(heading));
  }
  input.addEventListener('input', filter);
  filter();
}
`;
