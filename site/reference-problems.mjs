/**
 * Functions whose example is that of the function they are arguments of: parts of the description of an exchange
 * (`defineExchange`), of typed data (`typedData`), and checks that a record passes on its way.
 */
const SHOWN_ELSEWHERE = new Set([
  ...['inForm', 'inJson', 'inQuery', 'inQueryOrForm', 'readMessage', 'readUpgrade', 'staticSecretKey', 'targetOf'].map(
    (name) => `countersign/exchange ${name}`,
  ),
  'countersign/exchange/wallet typedDataOf',
  'countersign/server assertIpRules',
])

/**
 * What the reference lacks: exports without a text, functions and classes without an example.
 *
 * @param {any} project of TypeDoc, its modules named after the subpaths
 * @param {any} kinds `ReflectionKind` of TypeDoc
 * @returns {string[]}
 */
export function referenceProblems(project, kinds) {
  /** @type {any[]} */
  const modules = project.children ?? []
  return modules.flatMap(({ name: module, children = [] }) =>
    children.flatMap((/** @type {any} */ one) => {
      // Another page has its text.
      if (one.kind === kinds.Reference) return []
      const name = `${module} ${one.name}`
      const comments = [one, ...(one.signatures ?? [])].flatMap(({ comment }) => comment ?? [])
      const text = comments.some(({ summary }) => summary.some((/** @type {any} */ part) => part.text.trim() !== ''))
      const called = one.kind === kinds.Function || one.kind === kinds.Class
      const example = comments.some((comment) => comment.getTag('@example') !== undefined)
      return [
        ...(text ? [] : [`${name} has no doc comment`]),
        ...(!called || example || SHOWN_ELSEWHERE.has(name) ? [] : [`${name} has no example`]),
      ]
    }),
  )
}
