import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

/** A question over the screen, at the thumb. The browser's own dialog keeps focus inside and gives it back. */
export function Sheet({ open, title, children, actions, onClose, name }: {
  open: boolean; title: string; children?: ComponentChildren; actions?: ComponentChildren; onClose: () => void; name?: string
}) {
  const box = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = box.current
    if (open && dialog && !dialog.open) dialog.showModal()
    if (!open && dialog?.open) dialog.close()
  }, [open])
  return (
    <dialog ref={box} class="sheet" aria-labelledby={id} data-name={name}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onClick={(event) => { if (event.target === box.current) onClose(); }}>
      {open && (
        <div class="sheet-inside">
          <h2 id={id} tabIndex={-1}>{title}</h2>
          {children}
          {actions && <div class="sheet-actions">{actions}</div>}
        </div>
      )}
    </dialog>
  )
}
