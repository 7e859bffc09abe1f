/** A link in a row. There may be a thousand of them, so that none listens to the address as the router's own links do. */
import type { ComponentChildren } from 'preact';

/** What stands before every path, without a slash at its end. */
const BASE = new URL('.', document.baseURI).pathname.replace(/\/$/, '');

/** @param to a path of the console: `/e/shop-prod/tables?table=sales$order` */
export function RowLink({ to, children }: { to: string; children: ComponentChildren }) {
  return (
    <a href={BASE + to} onClick={follow}>
      {children}
    </a>
  );
}

/** As the router's links: in this page, unless somebody wants another tab. The router hears of every `pushState`. */
function follow(event: MouseEvent): void {
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const { href } = event.currentTarget as HTMLAnchorElement;
  if (!isPlain) return;
  event.preventDefault();
  history.pushState(null, '', href);
}
