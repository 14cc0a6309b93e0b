import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { usePage } from '../context.js'
import { Problem } from './problem.js'
import type { Task } from './use-task.js'

/** The browser's dialog: it keeps the focus inside, ends with Escape and gives the focus back. */
export function Dialog({
  title,
  children,
  confirm,
  isDangerous = false,
  isReady = true,
  task,
  onConfirm,
  onClose,
}: {
  readonly title: string
  readonly children: ComponentChildren
  readonly confirm: string
  readonly isDangerous?: boolean
  readonly isReady?: boolean
  readonly task: Pick<Task<readonly never[]>, 'pending' | 'error'>
  readonly onConfirm: () => void
  readonly onClose: () => void
}): JSX.Element {
  const { say } = usePage()
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    if (dialog !== null && !dialog.open) dialog.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={ref} aria-labelledby={id} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) onConfirm()
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        <Problem error={task.error} />
        <div class="buttons">
          <button type="button" onClick={onClose}>
            {say('cancel')}
          </button>
          <button type="submit" class={isDangerous ? 'danger' : 'primary'} disabled={!isReady || task.pending}>
            {task.pending ? say('working') : confirm}
          </button>
        </div>
      </form>
    </dialog>
  )
}
